//! Nodes on cgroup v1 (blocks the update to 4.19).
//!
//! Only 4.18 blocks the update for this reason. Earlier releases can stay on v1 for now.
//!
//! - openshift/machine-config-operator `release-4.18` `pkg/operator/status.go`
//!   (`ClusterOnCgroupV1`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, releases(18, 18))
    .each(&[&NODE_CONFIG], |cx, config| {
        if config.text(&["spec", "cgroupMode"]).as_deref() != Some("v1") {
            return Ok(None);
        }
        let summary = "the nodes use cgroup v1, so the cluster cannot be updated to 4.19";
        let mode = Evidence::field(config, &["spec", "cgroupMode"], "cgroup v1 is set");
        let finding = Finding::new(Subject::of(config), summary, mode)
            .explains(Subject::cluster("ClusterVersion", "version"), "cgroup v1");
        Ok(Some(blocks_update(cx, finding, "ClusterOnCgroupV1")))
    })
    .at_once("a setting stays until an administrator changes it")
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
