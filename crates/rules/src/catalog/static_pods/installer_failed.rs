//! Static pod revision that fails to install on a control-plane node.
//!
//! The operators' own objects must be in the archive: a ClusterOperator does not show the revisions
//! of the nodes. A failure of a superseded revision is not relevant and is not reported.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`
//!   (`prepareNodeInstallerConditionApplyConfiguration`)
//! - <https://github.com/okd-project/okd/issues/2288>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(STATIC_POD_USES)
    .check(check)
    // How long an installer may take to succeed on its second attempt.
    .note_until(Span::minutes(10))
    .why(
        "An installer pod writes each new revision of etcd, kube-apiserver, \
         kube-controller-manager or kube-scheduler to a node, and the kubelet then starts it. \
         Here the installer fails, or the installed static pod fails, so the node keeps the old \
         revision, and the remaining nodes are not updated.",
    )
    .fix(
        "Fix the error of the installer: a missing ConfigMap or Secret, a full disk, or an \
         API that does not answer in time. The operator retries automatically with increasing \
         delays. A new revision makes it retry immediately.",
    )
    .run(&["oc patch {resource} cluster --type=merge -p \
             '{\"spec\":{\"forceRedeploymentReason\":\"recovery-'\"$(date --rfc-3339=ns)\"'\"}}'"])
    .verify(&["oc get {resource} cluster -o yaml"])
    .side_effects(&["{operator} is restarted on the control-plane nodes, one after another"])
    .before(&[
        (
            "the problem in the message is fixed, otherwise the new revision fails again",
            "oc get pods -n {namespace} -o wide",
        ),
        (
            "the other control-plane nodes are Ready and etcd has quorum",
            "oc get nodes; oc get etcds.operator.openshift.io cluster -o yaml",
        ),
    ]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let operators = static_pod_operators(cx)?;
    Ok(Checked::over(operators.len(), operators.iter().filter_map(|it| finding(*it))))
}

fn finding(operator: StaticPodOperator<'_>) -> Option<Finding> {
    let nodes: Vec<_> = operator.object.node_revisions().filter(|it| is_failing(*it)).collect();
    let condition = operator
        .true_condition("NodeInstallerDegraded")
        .filter(|condition| condition.reason() == "InstallerPodFailed");
    let texts = nodes.iter().flat_map(|node| node.failures().filter_map(Value::text));
    let errors: Vec<_> = texts.map(|text| text.trim().to_owned()).collect();
    let message = condition.map(Condition::message).unwrap_or_default();
    let resource = operator.object.resource();
    let seen = nodes.iter().map(|node| {
        let note = format!("revision {} failed on node {}", node.last_failed(), node.node());
        Evidence::seen(resource, node.value().span(), note)
    });
    let reported =
        condition.map(|it| Evidence::condition(resource, it, "NodeInstallerDegraded is True"));
    let mut evidence = reported.into_iter().chain(seen);
    let detail = errors.first().map_or(&*message, String::as_str);
    let finding = operator
        .finding(summary(operator.name, nodes.first(), detail), evidence.next()?)
        .since(
            condition
                .and_then(Condition::since)
                .or_else(|| nodes.iter().filter_map(|node| node.failed_at()).min()),
        )
        .evidence(evidence)
        .explains(operator.subject(), "at revision")
        .keywords("NodeInstallerDegraded InstallerPodFailed")
        .keywords(&message)
        .keywords(errors.join("\n"))
        .keywords(nodes.iter().map(|node| node.node()).collect::<Vec<_>>().join(" "));
    Some(match nodes.as_slice() {
        [only] => finding.group_by(GroupKey::Node, only.node()),
        _ => finding,
    })
}

/// Whether the revision that the node should get has failed.
fn is_failing(node: NodeRevision<'_>) -> bool {
    node.last_failed() != 0
        && node.last_failed() == node.target()
        && node.failed_reason() != "OperandFailedFallback"
}

fn summary(operator: &str, node: Option<&NodeRevision<'_>>, detail: &str) -> String {
    let what = match node {
        Some(node) => {
            let verb = match &*node.failed_reason() {
                "OperandFailed" => "fails",
                _ => "cannot be installed",
            };
            format!("revision {} of {operator} {verb} on node {}", node.last_failed(), node.node())
        }
        None => format!("static pod revision of {operator} cannot be installed"),
    };
    match &*excerpt(detail) {
        "" => what,
        detail => format!("{what}: {detail}"),
    }
}
