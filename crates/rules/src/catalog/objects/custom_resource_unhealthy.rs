//! Unhealthy custom resource that no other rule explains.
//!
//! The conditions, phases and errors of its status are read by the conventions that most operators
//! follow. A kind whose words follow none of them is not judged. What is paused, suspended or
//! unmanaged is left out.
//!
//! - kubernetes-sigs/cli-utils `pkg/kstatus/status/generic.go` (Ready, Stalled, Reconciling)
//! - argoproj/gitops-engine `pkg/health/health.go` (health of applications and their resources)
//! - openshift/library-go `pkg/operator/status/status_controller.go` (Degraded, Available)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .check(|cx| {
        let (judged, unwell) = unwell_custom(cx);
        Ok(Checked::over(judged, findings_of(cx, unwell)))
    })
    .reads(&[Need::Kind(&CUSTOM_RESOURCE)])
    .grace(Span::minutes(15))
    .why(
        "The operator of this kind reports in the status of the object that it is not well, and has \
         done so for longer than such a state usually lasts. No other check explains it, so its cause \
         is not known.",
    )
    .fix(
        "Read what the object itself reports, and look at the operator that reconciles it: its pods, \
         its log, and what it depends on.",
    );
