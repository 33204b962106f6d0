//! Invalid user workload monitoring configuration.
//!
//! The operator reports a failure only after four attempts, so a more recent error is not detected.
//! Older releases report `InvalidConfiguration` for both configurations.
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go`
//!   (`UserWorkloadInvalidConfiguration`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .status("monitoring", &["Degraded", "Available"], |reported| {
        let (namespace, name) =
            ("openshift-user-workload-monitoring", "user-workload-monitoring-config");
        let summary = format!(
            "the user workload monitoring configuration is rejected: {}",
            excerpt(&reported.message)
        );
        (reported.reason == "UserWorkloadInvalidConfiguration")
            .then(|| reported.finding(Subject::namespaced("ConfigMap", namespace, name), summary))
    })
    // The operator may take that long to see a correction.
    .note_until(Span::minutes(10))
    .why(
        "The monitoring operator stops at the invalid configuration, which affects the platform \
         stack too: nothing is repaired, and an update waits for the operator.",
    )
    .fix(
        "Correct ConfigMap openshift-user-workload-monitoring/user-workload-monitoring-config \
         according to the message.",
    )
    .run(&["oc get configmap -n {namespace} {name} -o yaml"])
    .verify(&["oc get clusteroperator monitoring"]);
