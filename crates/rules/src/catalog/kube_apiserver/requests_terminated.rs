//! API server that rejects requests under load (KubeAPITerminatedRequests).
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/kube-apiserver-down.yaml`
//!   (`KubeAPITerminatedRequests`)
//! - openshift/must-gather `collection-scripts/gather_priority_and_fairness`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .alert(&["KubeAPITerminatedRequests"], |firing| {
        let summary = format!("API server rejects requests: {}", firing.detail());
        let finding = firing.finding(Subject::cluster("KubeAPIServer", "cluster"), summary)?;
        let other = "a client that sends too many requests and a slow API server look alike";
        Some(finding.possible(other))
    })
    .why(
        "An API server with more requests than it can serve rejects the excess requests with \
         \"too many requests\" or terminates them. Well-behaved clients wait and retry, and \
         fall behind in the meantime.",
    )
    .fix("Find the client that sends too many requests and the priority level of these requests.")
    .run(&[
        "oc get apirequestcounts --sort-by=.status.requestCount",
        "oc get --raw /debug/api_priority_and_fairness/dump_priority_levels",
    ])
    .verify(&["oc get --raw /debug/api_priority_and_fairness/dump_priority_levels"]);
