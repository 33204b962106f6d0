//! Failing startup monitor of a control-plane static pod.
//!
//! Only clusters with a single control-plane node have a startup monitor.
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/startupmonitorcondition/startup_monitor_condition.go`

use crate::catalog::prelude::*;

/// The operator has already waited two minutes, or for two restarts.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(STATIC_POD_USES)
    .check(check)
    .grace(GRACE)
    .why(
        "On a cluster with a single control-plane node a startup monitor watches each new \
         revision of a static pod and rolls it back if it does not become ready. If the monitor \
         itself fails, a failing revision is not rolled back, and a working one is not \
         confirmed.",
    )
    .fix("Check the log of the startup monitor pod on the node.");

/// Both conditions may be True for one pod.
const CONDITIONS: &[&str] =
    &["StartupMonitorPodDegraded", "StartupMonitorPodContainerExcessiveRestartsDegraded"];

fn check(cx: &RuleContext<'_>) -> Judged {
    OperatorCondition::judge(cx, STATIC_PODS, CONDITIONS, |condition| {
        let detail = excerpt(&condition.state.message);
        let summary = format!("startup monitor of {} is failing: {detail}", condition.operator);
        let namespace = condition.namespace();
        Some(
            condition
                .finding(summary)
                .explains(condition.subject(), "at revision")
                .run(format!("oc get pods -n {namespace}"))
                .run(format!(
                    "oc logs -n {namespace} {}-startup-monitor-<node>",
                    condition.operator
                ))
                .verify(format!("oc get {} cluster -o yaml", condition.resource())),
        )
    })
}
