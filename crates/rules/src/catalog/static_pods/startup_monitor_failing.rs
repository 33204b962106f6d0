//! Failing startup monitor of a control-plane static pod.
//!
//! # Why it matters
//!
//! On a cluster with a single control-plane node a startup monitor watches each new revision of a
//! static pod and rolls it back if it does not become ready. If the monitor itself fails, a failing
//! revision is not rolled back, and a working one is not confirmed.
//!
//! # What to do
//!
//! Check the log of the startup monitor pod on the node.
//!
//! # Blind spots
//!
//! Only clusters with a single control-plane node have a startup monitor.
//!
//! # References
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/startupmonitorcondition/startup_monitor_condition.go`

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::{OperatorCondition, STATIC_POD_USES, STATIC_PODS};

/// The operator has already waited two minutes, or for two restarts.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "static-pods/startup-monitor-failing",
    title: "failing startup monitor of a control-plane static pod",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

/// Both conditions may be True for one pod.
const CONDITIONS: &[&str] =
    &["StartupMonitorPodDegraded", "StartupMonitorPodContainerExcessiveRestartsDegraded"];

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let verdict = OperatorCondition::verdict(
        cx,
        STATIC_PODS,
        CONDITIONS,
        (GRACE, META.severity),
        |condition| {
            let detail = excerpt(&condition.state.message);
            let summary = format!("startup monitor of {} is failing: {detail}", condition.operator);
            let namespace = condition.namespace();
            Some(
                condition
                    .finding(summary)
                    .explains(condition.subject(), "at revision")
                    .why(
                        "Without the monitor a new revision is neither confirmed nor rolled back \
                         when it fails.",
                    )
                    .remedy(
                        Remedy::new("Check the log of the startup monitor pod.")
                            .command(format!("oc get pods -n {namespace}"))
                            .command(format!(
                                "oc logs -n {namespace} {}-startup-monitor-<node>",
                                condition.operator
                            ))
                            .verify(format!("oc get {} cluster -o yaml", condition.resource())),
                    ),
            )
        },
    );
    match verdict {
        Verdict::Found(mut findings) => {
            findings.dedup_by(|next, first| next.subject == first.subject);
            Verdict::Found(findings)
        }
        other => other,
    }
}
