//! Static pod rolled back to its previous revision.
//!
//! # Why it matters
//!
//! On a cluster with a single control-plane node a new revision that does not become ready is
//! rolled back to keep the cluster running. The content of the new revision is not in effect: a
//! configuration change, a certificate or a release.
//!
//! # What to do
//!
//! Find out why the new revision did not become ready, then revert or fix the change that it
//! contains.
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
use crate::engine::excerpt;
use crate::signals::{OperatorCondition, STATIC_POD_USES, STATIC_PODS};

/// The rollback has already happened when the condition is reported.
const GRACE: Span = Span::minutes(2);

pub(super) static META: Meta = Meta {
    id: "static-pods/rolled-back",
    title: "static pod rolled back to its previous revision",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: STATIC_POD_USES,
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let conditions = &["StaticPodFallbackRevisionDegraded"];
    OperatorCondition::verdict(cx, STATIC_PODS, conditions, (GRACE, META.severity), |condition| {
        let summary = format!(
            "static pod revision of {} did not become ready and was rolled back: {}",
            condition.operator,
            excerpt(&condition.state.message)
        );
        let namespace = condition.namespace();
        Some(
            condition
                .finding(summary)
                .explains(condition.subject(), "at revision")
                .why("The changes of the new revision are not in effect.")
                .remedy(
                    Remedy::new("Find out why the new revision did not become ready.")
                        .command(format!("oc get pods -n {namespace} -o yaml"))
                        .command(
                            "oc debug node/<node> -- chroot /host ls \
                             /etc/kubernetes/static-pod-resources",
                        )
                        .verify(format!("oc get {} cluster -o yaml", condition.resource())),
                ),
        )
    })
}
