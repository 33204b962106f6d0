//! A startup monitor of the control plane that does not work.
//!
//! # Why it matters
//!
//! On a cluster with a single control-plane node a monitor watches each new revision of a static pod
//! and takes it back when it does not become ready. Where the monitor itself fails, a bad revision is
//! not taken back, and a good one is not confirmed.
//!
//! # What to do
//!
//! Read the log of the monitor pod on the node.
//!
//! # Blind spots
//!
//! Only clusters with a single control-plane node have one.
//!
//! # References
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/startupmonitorcondition/startup_monitor_condition.go`

use crate::catalog::prelude::*;
use crate::facts::{STATIC_POD_USES, STATIC_PODS, Spoken, excerpt};

/// The operator has waited two minutes, or for two restarts, already.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "static-pods/startup-monitor-failing",
    title: "a startup monitor of the control plane that does not work",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

/// Both may be True for one pod.
const CONDITIONS: &[&str] =
    &["StartupMonitorPodDegraded", "StartupMonitorPodContainerExcessiveRestartsDegraded"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let verdict =
        Spoken::verdict(case, STATIC_PODS, CONDITIONS, (GRACE, META.severity), |spoken| {
            let words = excerpt(&spoken.reported.message);
            let summary =
                format!("the startup monitor of {} does not work: {words}", spoken.operator);
            let namespace = spoken.namespace();
            Some(
                spoken
                    .finding(summary)
                    .explains(spoken.subject(), "at revision")
                    .why(
                        "Without it a new revision is neither confirmed nor taken back when it \
                         fails.",
                    )
                    .remedy(
                        Remedy::new("Read the log of the monitor.")
                            .command(format!("oc get pods -n {namespace}"))
                            .command(format!(
                                "oc logs -n {namespace} {}-startup-monitor-<node>",
                                spoken.operator
                            ))
                            .verify(format!("oc get {} cluster -o yaml", spoken.resource())),
                    ),
            )
        });
    match verdict {
        Verdict::Found(mut findings) => {
            findings.dedup_by(|next, first| next.subject == first.subject);
            Verdict::Found(findings)
        }
        other => other,
    }
}
