//! A cluster that is kept on cgroup v1, which the next release does not have.
//!
//! # Why it matters
//!
//! OpenShift 4.19 has cgroup v2 only. While `cgroupMode` of `nodes.config.openshift.io` is `v1` the
//! machine-config operator of 4.18 says that the cluster is not upgradeable.
//!
//! # What to do
//!
//! See whether the workloads bear cgroup v2 (old Java and Node.js runtimes do not), then set
//! `cgroupMode: v2`.
//!
//! # Blind spots
//!
//! Only 4.18 blocks for this reason; earlier releases may stay on v1 for now.
//!
//! # References
//!
//! - openshift/machine-config-operator `release-4.18` `pkg/operator/status.go`
//!   (`ClusterOnCgroupV1`)

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator, NODE_CONFIG, NodeConfig};

use crate::catalog::prelude::*;
use crate::meta::Releases;

pub(super) static META: Meta = Meta {
    id: "machineconfig/cgroup-v1-kept",
    title: "nodes that are kept on cgroup v1, which the next release does not have",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(18, 18)),
    needs: &[Need::Kind(&NODE_CONFIG)],
    uses: &[Need::Kind(&CLUSTER_OPERATOR)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for config in case.all::<NodeConfig<'_>>() {
        examined += 1;
        if config.resource().text(&["spec", "cgroupMode"]).as_deref() == Some("v1") {
            findings.push(finding(case, config));
        }
    }
    Verdict::over(examined, findings, "no nodes.config.openshift.io in the archive")
}

fn finding(case: &Case<'_>, config: NodeConfig<'_>) -> Finding {
    let condition = case
        .find::<ClusterOperator<'_>>("", "machine-config")
        .and_then(|operator| Some((operator, operator.condition("Upgradeable")?)))
        .filter(|(_, condition)| condition.is_false() && condition.reason() == "ClusterOnCgroupV1");
    let summary = "the nodes are kept on cgroup v1, so the cluster cannot be updated to 4.19";
    let mode = Evidence::field(config.resource(), &["spec", "cgroupMode"], "somebody set it so");
    Finding::new(Subject::view(config), summary, mode)
        .since(condition.and_then(|(_, condition)| condition.since()))
        .saying("ClusterOnCgroupV1")
        .evidence(condition.map(|(operator, condition)| {
            Evidence::condition(operator.resource(), condition, "the operator says so")
        }))
        .explains(Subject::cluster("ClusterVersion", "version"), "ClusterOnCgroupV1")
        .explains(Subject::cluster("ClusterVersion", "version"), "cgroup v1")
        .why(
            "4.19 has cgroup v2 only, so the machine-config operator reports Upgradeable=False \
             until the mode is changed. Patch releases of 4.18 stay possible.",
        )
        .remedy(
            Remedy::new("Set the mode to v2.")
                .command(
                    "oc patch nodes.config.openshift.io cluster --type=merge -p \
                     '{\"spec\":{\"cgroupMode\":\"v2\"}}'",
                )
                .verify("oc get clusteroperator machine-config -o yaml")
                .side_effect("every node is drained and rebooted, one after another")
                .before("the workloads bear cgroup v2", Proof::ByHand(String::new())),
        )
}
