//! Static pod rolled back to its previous revision.
//!
//! Only clusters with a single control-plane node roll back.
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/staticpodfallback/static_pod_fallback_condition.go`,
//!   `pkg/operator/staticpod/startupmonitor`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(STATIC_PODS, &["StaticPodFallbackRevisionDegraded"], |bad| {
        let summary = format!(
            "static pod revision of {} did not become ready and was rolled back: {}",
            bad.operator,
            bad.detail()
        );
        Some(bad.finding(summary).explains(bad.subject(), "at revision"))
    })
    // The rollback has already happened when the condition is reported.
    .grace(Span::minutes(2))
    .why(
        "On a cluster with a single control-plane node a new revision that does not become \
         ready is rolled back to keep the cluster running. The content of the new revision is \
         not in effect: a configuration change, a certificate or a release.",
    )
    .fix(
        "Find out why the new revision did not become ready, then revert or fix the change that \
         it contains.",
    )
    .run(&[
        "oc get pods -n {namespace} -o yaml",
        "oc debug node/<node> -- chroot /host ls /etc/kubernetes/static-pod-resources",
    ])
    .verify(&["oc get {resource} cluster -o yaml"]);
