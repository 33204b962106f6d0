//! Nodes on cgroup v1 (blocks the update to 4.19).
//!
//! Only 4.18 blocks the update for this reason. Earlier releases can stay on v1 for now.
//!
//! - openshift/machine-config-operator `release-4.18` `pkg/operator/status.go`
//!   (`ClusterOnCgroupV1`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, releases(18, 18))
    .needs(&[Need::Kind(&NODE_CONFIG)])
    .reads(&[Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "OpenShift 4.19 supports cgroup v2 only. While cgroupMode of nodes.config.openshift.io \
         is v1, the Machine Config Operator of 4.18 reports that the cluster is not \
         upgradeable.",
    )
    .fix(
        "Check whether the workloads support cgroup v2 (old Java and Node.js runtimes do not), \
         then set cgroupMode: v2.",
    )
    .run(&["oc patch nodes.config.openshift.io cluster --type=merge -p \
             '{\"spec\":{\"cgroupMode\":\"v2\"}}'"])
    .verify(&["oc get clusteroperator machine-config -o yaml"])
    .side_effects(&["every node is drained and rebooted, one after another"])
    .before(&[("the workloads support cgroup v2", "")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for config in cx.all::<NodeConfig<'_>>() {
        examined += 1;
        if config.resource().text(&["spec", "cgroupMode"]).as_deref() == Some("v1") {
            findings.push(finding(cx, config));
        }
    }
    Ok(Checked::over(examined, findings))
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
}
