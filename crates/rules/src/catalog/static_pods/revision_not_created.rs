//! A new revision of the control plane that cannot be made.
//!
//! # Why it matters
//!
//! Each change of the control plane is first copied into ConfigMaps and Secrets of a new revision.
//! Where that fails no change reaches any node: no setting, no certificate, no release.
//!
//! # What to do
//!
//! Read the error: an object to copy from is missing, or the API refuses the copy.
//!
//! # Blind spots
//!
//! That the etcd operator refuses a revision because too few members are healthy is
//! `etcd/scaling-unsafe`. An API that is away for a moment makes this condition True for as long.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/revisioncontroller/revision_controller.go`

use crate::catalog::prelude::*;
use crate::facts::{STATIC_POD_USES, STATIC_PODS, Spoken, excerpt};

/// The controller tries again at once.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "static-pods/revision-not-created",
    title: "a new revision of the control plane that cannot be made",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let conditions = &["RevisionControllerDegraded"];
    Spoken::verdict(case, STATIC_PODS, conditions, (GRACE, META.severity), |spoken| {
        let message = &spoken.reported.message;
        if message.contains("not fault tolerant") || message.contains("CheckSafeToScaleCluster") {
            return None;
        }
        let summary =
            format!("no new revision of {} can be made: {}", spoken.operator, excerpt(message));
        let namespace = spoken.namespace();
        Some(
            spoken.finding(summary).why("What is not in a revision reaches no node.").remedy(
                Remedy::new("Mend what the error names.")
                    .command(format!("oc get configmaps,secrets -n {namespace}"))
                    .command(format!(
                        "oc logs -n {namespace}-operator deployment/{}-operator",
                        spoken.operator
                    ))
                    .verify(format!("oc get {} cluster -o yaml", spoken.resource())),
            ),
        )
    })
}
