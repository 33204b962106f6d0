//! Failing startup monitor of a control-plane static pod.
//!
//! Only clusters with a single control-plane node have a startup monitor.
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/startupmonitorcondition/startup_monitor_condition.go`

use crate::catalog::prelude::*;

/// Both conditions may be True for one pod.
const CONDITIONS: &[&str] =
    &["StartupMonitorPodDegraded", "StartupMonitorPodContainerExcessiveRestartsDegraded"];

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .condition(STATIC_PODS, CONDITIONS, |bad| {
        let (operator, detail) = (bad.operator, bad.detail());
        let summary = format!("startup monitor of {operator} is failing: {detail}");
        Some(bad.finding(summary).explains(bad.subject(), "at revision"))
    })
    // The operator has already waited two minutes, or for two restarts.
    .grace(Span::minutes(10))
    .why(
        "On a cluster with a single control-plane node a startup monitor watches each new \
         revision of a static pod and rolls it back if it does not become ready. If the monitor \
         itself fails, a failing revision is not rolled back, and a working one is not \
         confirmed.",
    )
    .fix("Check the log of the startup monitor pod on the node.")
    .run(&[
        "oc get pods -n {namespace}",
        "oc logs -n {namespace} {operator}-startup-monitor-<node>",
    ])
    .verify(&["oc get {resource} cluster -o yaml"]);
