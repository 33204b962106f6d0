//! A revision of the control plane that cannot be installed on a node.
//!
//! # Why it matters
//!
//! A new revision of etcd, kube-apiserver, kube-controller-manager or kube-scheduler is written to
//! a node by an installer pod; the kubelet then starts it. Here the installer fails, or what it
//! installed does, so the node keeps the old revision, and the nodes after it are not reached.
//!
//! # What to do
//!
//! Read what the installer says: a ConfigMap or Secret that is missing, a full disk, an API that
//! does not answer in time. The operator tries again by itself, later each time; a new revision
//! makes it try at once.
//!
//! # Blind spots
//!
//! The operators' own objects must be in the archive: a ClusterOperator sums them up too late and
//! too briefly. The failure of a revision that was superseded means nothing and is not reported.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`
//!   (`prepareNodeInstallerConditionApplyConfiguration`)
//! - <https://github.com/okd-project/okd/issues/2288>

use mustknow_gather::kinds::{
    Condition, NodeRevision, OPERATOR_ETCD, OPERATOR_KUBE_API_SERVER,
    OPERATOR_KUBE_CONTROLLER_MANAGER, OPERATOR_KUBE_SCHEDULER,
};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{Patience, StaticPodOperator, excerpt, static_pod_operators};

/// How long an installer may take to succeed at its second try.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "static-pods/installer-failed",
    title: "a revision of the control plane that cannot be installed on a node",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_KUBE_API_SERVER),
        Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER),
        Need::Kind(&OPERATOR_KUBE_SCHEDULER),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let operators = match static_pod_operators(case) {
        Ok(operators) => operators,
        Err(unknown) => return unknown,
    };
    let findings: Vec<_> =
        operators.iter().filter_map(|operator| finding(case, *operator)).collect();
    Verdict::over(operators.len(), findings, "no operator of static pods in the archive")
}

fn failing(operator: StaticPodOperator<'_>) -> Vec<NodeRevision<'_>> {
    operator
        .object
        .node_revisions()
        .filter(|node| node.last_failed() != 0 && node.last_failed() == node.target())
        .filter(|node| node.failed_reason() != "OperandFailedFallback")
        .collect()
}

fn finding(case: &Case<'_>, operator: StaticPodOperator<'_>) -> Option<Finding> {
    let nodes = failing(operator);
    let condition = operator
        .complains("NodeInstallerDegraded")
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
    let said = condition.map(|condition| condition.message().into_owned()).unwrap_or_default();
    let words = errors.first().map_or(said.as_str(), String::as_str);
    let finding = Finding::new(operator.subject(), summary(operator, &nodes, words), first.clone())
        .since(since)
        .evidence(rest.iter().cloned())
        .saying(operator.name)
        .saying("NodeInstallerDegraded InstallerPodFailed")
        .saying(&said)
        .saying(errors.join("\n"))
        .saying(nodes.iter().map(|node| node.node()).collect::<Vec<_>>().join(" "))
        .why(
            "A new revision is installed on one control-plane node after another. Where it fails \
             the node keeps the old revision, and the nodes after it are not reached.",
        )
        .remedy(
            operator
                .redeployment("Mend what the installer names, then make the operator try again."),
        );
    let finding = match nodes.as_slice() {
        [only] => finding.shares(Common::Node, only.node()),
        _ => finding,
    };
    Some(Patience::of(case, since, GRACE).weigh(operator.explaining_lag(finding), META.severity))
}

fn summary(operator: StaticPodOperator<'_>, nodes: &[NodeRevision<'_>], words: &str) -> String {
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
        None => format!("a revision of {name} cannot be installed"),
    };
    match &*excerpt(words) {
        "" => what,
        words => format!("{what}: {words}"),
    }
}
