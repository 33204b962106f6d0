//! A static pod that was rolled back to the revision before.
//!
//! # Why it matters
//!
//! On a cluster with a single control-plane node a new revision that does not become ready is taken
//! back, so that the cluster lives on. What the revision brings is not in force: a setting, a
//! certificate, a release.
//!
//! # What to do
//!
//! Read why the new revision did not become ready, and take back or mend what it brought.
//!
//! # Blind spots
//!
//! Only clusters with a single control-plane node roll back.
//!
//! # References
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/staticpodfallback/static_pod_fallback_condition.go`,
//!   `pkg/operator/staticpod/startupmonitor`

use crate::catalog::prelude::*;
use crate::facts::{STATIC_POD_USES, STATIC_PODS, Spoken, excerpt};

/// The state was decided when it is reported.
const GRACE: Span = Span::minutes(2);

pub(super) static META: Meta = Meta {
    id: "static-pods/rolled-back",
    title: "a static pod that was rolled back to the revision before",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let conditions = &["StaticPodFallbackRevisionDegraded"];
    Spoken::verdict(case, STATIC_PODS, conditions, (GRACE, META.severity), |spoken| {
        let summary = format!(
            "a revision of {} did not become ready and was rolled back: {}",
            spoken.operator,
            excerpt(&spoken.reported.message)
        );
        let namespace = spoken.namespace();
        Some(
            spoken
                .finding(summary)
                .explains(spoken.subject(), "at revision")
                .why("What the new revision brings is not in force.")
                .remedy(
                    Remedy::new("Read why the new revision did not become ready.")
                        .command(format!("oc get pods -n {namespace} -o yaml"))
                        .command(
                            "oc debug node/<node> -- chroot /host ls \
                             /etc/kubernetes/static-pod-resources",
                        )
                        .verify(format!("oc get {} cluster -o yaml", spoken.resource())),
                ),
        )
    })
}
