//! Invalid cluster monitoring configuration.
//!
//! The operator reports a failure only after four attempts, so a more recent error is not detected.
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go` (`InvalidConfiguration`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .status("monitoring", &["Degraded", "Available"], |reported| {
        let summary = format!(
            "the cluster monitoring configuration is rejected: {}",
            excerpt(&reported.message)
        );
        (reported.reason == "InvalidConfiguration")
            .then(|| reported.finding(monitoring_config(), summary))
    })
    // The operator may take that long to see a correction.
    .note_until(Span::minutes(10))
    .why(
        "The monitoring operator applies nothing while it cannot read its configuration: \
         running components keep their state and are not repaired, and an update waits for the \
         operator.",
    )
    .fix(
        "Correct ConfigMap openshift-monitoring/cluster-monitoring-config according to the \
         message: a misspelled field, wrong indentation, or a value of the wrong type.",
    )
    .run(&["oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml"])
    .verify(&["oc get clusteroperator monitoring"]);
