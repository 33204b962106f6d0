//! Static pod revision that fails to install on a control-plane node.
//!
//! The operators' own objects must be in the archive: a ClusterOperator reports these conditions
//! late and in shortened form. A failure of a superseded revision is not relevant and is not
//! reported.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`
//!   (`prepareNodeInstallerConditionApplyConfiguration`)
//! - <https://github.com/okd-project/okd/issues/2288>

use crate::catalog::prelude::*;

/// How long an installer may take to succeed on its second attempt.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_KUBE_API_SERVER),
        Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER),
        Need::Kind(&OPERATOR_KUBE_SCHEDULER),
    ])
    .check(check)
    .why(
        "An installer pod writes each new revision of etcd, kube-apiserver, \
         kube-controller-manager or kube-scheduler to a node, and the kubelet then starts it. \
         Here the installer fails, or the installed static pod fails, so the node keeps the old \
         revision, and the remaining nodes are not updated.",
    )
    .fix(
        "Check the error of the installer: a missing ConfigMap or Secret, a full disk, or an \
         API that does not answer in time. The operator retries automatically with increasing \
         delays. A new revision makes it retry immediately.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let operators = static_pod_operators(cx)?;
    let findings: Vec<_> = operators.iter().filter_map(|operator| finding(cx, *operator)).collect();
    Ok(Checked::over(operators.len(), findings))
}

fn failing(operator: StaticPodOperator<'_>) -> Vec<NodeRevision<'_>> {
    operator
        .object
        .node_revisions()
        .filter(|node| node.last_failed() != 0 && node.last_failed() == node.target())
        .filter(|node| node.failed_reason() != "OperandFailedFallback")
        .collect()
}

fn finding(cx: &RuleContext<'_>, operator: StaticPodOperator<'_>) -> Option<Finding> {
    let nodes = failing(operator);
    let condition = operator
        .true_condition("NodeInstallerDegraded")
        .filter(|condition| condition.reason() == "InstallerPodFailed");
    let since = condition
        .and_then(Condition::since)
        .or_else(|| nodes.iter().filter_map(|node| node.failed_at()).min());
    let errors: Vec<_> = nodes
        .iter()
        .flat_map(|node| node.failures().filter_map(Value::text))
        .map(|text| text.trim().to_owned())
        .collect();
    let resource = operator.object.resource();
    let seen = nodes.iter().map(|node| {
        let note = format!("revision {} failed on node {}", node.last_failed(), node.node());
        Evidence::seen(resource, node.value().span(), note)
    });
    let evidence: Vec<_> = condition
        .map(|condition| Evidence::condition(resource, condition, "NodeInstallerDegraded is True"))
        .into_iter()
        .chain(seen)
        .collect();
    let (first, rest) = evidence.split_first()?;
    let message = condition.map(|condition| condition.message().into_owned()).unwrap_or_default();
    let detail = errors.first().map_or(message.as_str(), String::as_str);
    let finding =
        Finding::new(operator.subject(), summary(operator, &nodes, detail), first.clone())
            .since(since)
            .evidence(rest.iter().cloned())
            .keywords(operator.name)
            .keywords("NodeInstallerDegraded InstallerPodFailed")
            .keywords(&message)
            .keywords(errors.join("\n"))
            .keywords(nodes.iter().map(|node| node.node()).collect::<Vec<_>>().join(" "))
            .remedy(
                operator
                    .force_redeployment("Fix the installer error, then make the operator retry."),
            );
    let finding = match nodes.as_slice() {
        [only] => finding.group_by(GroupKey::Node, only.node()),
        _ => finding,
    };
    Some(
        Persistence::of(cx, since, GRACE)
            .apply(operator.explains_old_revision(finding), RULE.meta.severity),
    )
}

fn summary(operator: StaticPodOperator<'_>, nodes: &[NodeRevision<'_>], detail: &str) -> String {
    let name = operator.name;
    let what = match nodes.first() {
        Some(node) if node.failed_reason() == "OperandFailed" => {
            format!("revision {} of {name} fails on node {}", node.last_failed(), node.node())
        }
        Some(node) => format!(
            "revision {} of {name} cannot be installed on node {}",
            node.last_failed(),
            node.node()
        ),
        None => format!("static pod revision of {name} cannot be installed"),
    };
    match &*excerpt(detail) {
        "" => what,
        detail => format!("{what}: {detail}"),
    }
}
