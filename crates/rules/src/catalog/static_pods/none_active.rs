//! A part of the control plane that runs on no node.
//!
//! # Why it matters
//!
//! No control-plane node has a revision of it: during an installation the first one was never
//! installed, later something took it away everywhere.
//!
//! # What to do
//!
//! Read the installers' logs and the static pods' logs on each control-plane node.
//!
//! # Blind spots
//!
//! An installation begins with none; within its first hour that is no fault.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`
//!   (`ZeroNodesActive`)
//! - <https://github.com/okd-project/okd/issues/2288>

use crate::catalog::prelude::*;
use crate::facts::{STATIC_POD_USES, STATIC_PODS, Spoken, excerpt};

/// How long the first node may take.
const GRACE: Span = Span::minutes(20);

pub(super) static META: Meta = Meta {
    id: "static-pods/none-active",
    title: "a part of the control plane that runs on no node",
    severity: Severity::Critical,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let conditions = &["StaticPodsAvailable"];
    Spoken::verdict(case, STATIC_PODS, conditions, (GRACE, META.severity), |spoken| {
        let summary = format!(
            "{} is active on no control-plane node: {}",
            spoken.operator,
            excerpt(&spoken.reported.message)
        );
        let namespace = spoken.namespace();
        Some(
            spoken.finding(summary).why("No control-plane node has a revision of it.").remedy(
                Remedy::new("Read the logs of the installers and of the static pods.")
                    .command(format!("oc get pods -n {namespace} -o wide"))
                    .command(format!("oc logs -n {namespace} -l app=installer --tail=50"))
                    .verify(format!("oc get {} cluster -o yaml", spoken.resource())),
            ),
        )
    })
}
