//! Worker nodes of package-mode RHEL, which the next release does not support.
//!
//! # Why it matters
//!
//! OpenShift 4.19 runs on CoreOS only. While a MachineConfigPool has a node of another operating
//! system the machine-config operator of 4.18 says that the cluster is not upgradeable.
//!
//! # What to do
//!
//! Add workers of CoreOS, move the pods over, and remove the RHEL nodes.
//!
//! # Blind spots
//!
//! Only 4.18 blocks for this reason. The operating system is told by the name that the kubelet
//! reports.
//!
//! # References
//!
//! - openshift/machine-config-operator `release-4.18` `pkg/operator/status.go` (`RHELNodes`),
//!   `pkg/helpers/helpers.go` (`IsCoreOSNode`)

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator, NODE, Node};

use crate::catalog::prelude::*;
use crate::facts::{count, few};
use crate::meta::Releases;

pub(super) static META: Meta = Meta {
    id: "machineconfig/package-mode-nodes",
    title: "worker nodes of package-mode RHEL, which the next release does not support",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(18, 18)),
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&CLUSTER_OPERATOR)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let package_mode: Vec<_> = nodes.iter().copied().filter(|node| is_rhel(*node)).collect();
    let finding = finding(case, &package_mode);
    Verdict::over(nodes.len(), finding.into_iter().collect(), "no node in the archive")
}

fn is_rhel(node: Node<'_>) -> bool {
    node.info("osImage")
        .is_some_and(|os| os.starts_with("Red Hat Enterprise Linux") && !os.contains("CoreOS"))
}

fn finding(case: &Case<'_>, nodes: &[Node<'_>]) -> Option<Finding> {
    let names: Vec<_> = nodes.iter().map(|node| node.name()).collect();
    let mut evidence = nodes.iter().take(5).map(|node| {
        let note = format!("node {} does not run CoreOS", node.name());
        Evidence::field(node.resource(), &["status", "nodeInfo", "osImage"], note)
    });
    let condition = case
        .find::<ClusterOperator<'_>>("", "machine-config")
        .and_then(|operator| Some((operator, operator.condition("Upgradeable")?)))
        .filter(|(_, condition)| condition.is_false() && condition.reason() == "RHELNodes");
    let summary = format!(
        "the cluster cannot be updated to 4.19 because of {} of package-mode RHEL: {}",
        count(names.len(), "node"),
        few(&names)
    );
    let subject = Subject::view(*nodes.first()?);
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .since(condition.and_then(|(_, condition)| condition.since()))
            .evidence(evidence)
            .evidence(condition.map(|(operator, condition)| {
                Evidence::condition(operator.resource(), condition, "the operator says so")
            }))
            .saying("RHELNodes")
            .explains(Subject::cluster("ClusterVersion", "version"), "RHEL nodes")
            .why(
                "4.19 runs on CoreOS only, so the machine-config operator reports \
                 Upgradeable=False while such nodes are there.",
            )
            .remedy(
                Remedy::new("Replace the nodes with workers of CoreOS.")
                    .command("oc get nodes -o wide")
                    .verify("oc get clusteroperator machine-config -o yaml"),
            ),
    )
}
