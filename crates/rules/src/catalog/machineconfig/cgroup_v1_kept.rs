//! Nodes on cgroup v1 (blocks the update to 4.19).
//!
//! # Why it matters
//!
//! OpenShift 4.19 supports cgroup v2 only. While `cgroupMode` of `nodes.config.openshift.io` is
//! `v1`, the Machine Config Operator of 4.18 reports that the cluster is not upgradeable.
//!
//! # What to do
//!
//! Check whether the workloads support cgroup v2 (old Java and Node.js runtimes do not), then set
//! `cgroupMode: v2`.
//!
//! # Blind spots
//!
//! Only 4.18 blocks the update for this reason. Earlier releases can stay on v1 for now.
//!
//! # References
//!
//! - openshift/machine-config-operator `release-4.18` `pkg/operator/status.go`
//!   (`ClusterOnCgroupV1`)

use mustknow_cluster::model::kinds::{CLUSTER_OPERATOR, NODE_CONFIG};
use mustknow_cluster::views::{ClusterOperator, NodeConfig};

use crate::catalog::prelude::*;
use crate::engine::meta::Releases;

pub(super) static META: Meta = Meta {
    id: "machineconfig/cgroup-v1-kept",
    title: "nodes on cgroup v1 (blocks the update to 4.19)",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(18, 18)),
    needs: &[Need::Kind(&NODE_CONFIG)],
    uses: &[Need::Kind(&CLUSTER_OPERATOR)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for config in cx.all::<NodeConfig<'_>>() {
        examined += 1;
        if config.resource().text(&["spec", "cgroupMode"]).as_deref() == Some("v1") {
            findings.push(finding(cx, config));
        }
    }
    Verdict::over(examined, findings, "no nodes.config.openshift.io in the archive")
}

fn finding(cx: &RuleContext<'_>, config: NodeConfig<'_>) -> Finding {
    let condition = cx
        .find::<ClusterOperator<'_>>("", "machine-config")
        .and_then(|operator| Some((operator, operator.condition("Upgradeable")?)))
        .filter(|(_, condition)| condition.is_false() && condition.reason() == "ClusterOnCgroupV1");
    let summary = "the nodes use cgroup v1, so the cluster cannot be updated to 4.19";
    let mode = Evidence::field(config.resource(), &["spec", "cgroupMode"], "cgroup v1 is set");
    Finding::new(Subject::view(config), summary, mode)
        .since(condition.and_then(|(_, condition)| condition.since()))
        .keywords("ClusterOnCgroupV1")
        .evidence(condition.map(|(operator, condition)| {
            Evidence::condition(operator.resource(), condition, "the operator reports it")
        }))
        .explains(Subject::cluster("ClusterVersion", "version"), "ClusterOnCgroupV1")
        .explains(Subject::cluster("ClusterVersion", "version"), "cgroup v1")
        .why(
            "4.19 supports cgroup v2 only, so the Machine Config Operator reports \
             Upgradeable=False until the mode is changed. Updates to patch releases of 4.18 are \
             still possible.",
        )
        .remedy(
            Remedy::new("Set cgroupMode to v2.")
                .command(
                    "oc patch nodes.config.openshift.io cluster --type=merge -p \
                     '{\"spec\":{\"cgroupMode\":\"v2\"}}'",
                )
                .verify("oc get clusteroperator machine-config -o yaml")
                .side_effect("every node is drained and rebooted, one after another")
                .precondition("the workloads support cgroup v2", Proof::ByHand(String::new())),
        )
}
