//! OpenShiftSDN blocking the update to 4.17.
//!
//! - openshift/cluster-network-operator, branch release-4.16,
//!   `pkg/controller/statusmanager/status_manager.go` (`OpenShiftSDNConfigured`)

use crate::catalog::prelude::*;

const REASON: &str = "OpenShiftSDNConfigured";

pub(super) const RULE: Rule = rule(Warning, Cause, releases(16, 17))
    .check(|cx| judge_network_condition(cx, "Upgradeable", finding))
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    .at_once("a setting stays until an administrator changes it")
    .why(
        "Release 4.17 no longer includes OpenShiftSDN. In 4.16 the network operator blocks an \
         update to 4.17 until the network is migrated to OVN-Kubernetes. The cluster itself is \
         healthy.",
    )
    .fix("Migrate the network before the update, live or offline, with the documented procedure.")
    .run(&["oc get networks.config.openshift.io cluster -o yaml"])
    .verify(&["oc adm upgrade"])
    .side_effects(&["every node restarts, twice in a live migration"])
    .before(&[(
        "every MachineConfigPool is updated and no node is degraded",
        "oc get machineconfigpools",
    )]);

fn finding(reported: &ConditionState<'_>) -> Option<Finding> {
    let summary = "the cluster network is OpenShiftSDN, which blocks updates to 4.17 until it is \
                   migrated to OVN-Kubernetes";
    (reported.reason == REASON).then(|| {
        reported
            .finding(Subject::cluster("Network", "cluster"), summary)
            .explains(Subject::cluster("ClusterVersion", "version"), REASON)
    })
}
