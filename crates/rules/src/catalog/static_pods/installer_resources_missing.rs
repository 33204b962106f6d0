//! A new revision of the control plane that cannot be installed for want of ConfigMaps or Secrets.
//!
//! # Why it matters
//!
//! A revision of a static pod is a set of copies: ConfigMaps and Secrets with the revision's number
//! in their names. Until all of them exist no installer is started on any node, so no change,
//! certificate or release reaches the control plane.
//!
//! # What to do
//!
//! Look at what makes the objects that are named: for `etcd-all-certs-*` the signer of etcd's
//! certificates, for `*-client-ca` and its like the operator that copies it, else the controller that
//! makes revisions.
//!
//! # Blind spots
//!
//! Right after a revision is begun its copies are made one after the other; what is younger than ten
//! minutes is left out.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`
//!   (`ensureRequiredResourcesExist`)
//! - <https://github.com/okd-project/okd/issues/76>

use crate::catalog::prelude::*;
use crate::facts::{STATIC_POD_USES, STATIC_PODS, Spoken, excerpt};

/// How long the copies of a revision may take.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "static-pods/installer-resources-missing",
    title: "a new revision of the control plane that cannot be installed for want of ConfigMaps or \
            Secrets",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let conditions = &["InstallerControllerDegraded"];
    Spoken::verdict(case, STATIC_PODS, conditions, (GRACE, META.severity), |spoken| {
        let (_, missing) = spoken.reported.message.split_once("missing required resources: ")?;
        let summary = format!(
            "no revision of {} can be installed, because {} lacks {}",
            spoken.operator,
            spoken.namespace(),
            excerpt(missing.trim_matches(['[', ']']))
        );
        let namespace = spoken.namespace();
        Some(
            spoken
                .finding(summary)
                .explains(spoken.subject(), "at revision")
                .why(
                    "Until every ConfigMap and Secret of a revision exists no installer is started \
                     on any node.",
                )
                .remedy(
                    Remedy::new("Find out why what makes these objects does not make them.")
                        .command(format!("oc get configmaps,secrets -n {namespace}"))
                        .command(format!("oc get {} cluster -o yaml", spoken.resource()))
                        .verify(format!("oc get pods -n {namespace} -l app=installer")),
                ),
        )
    })
}
