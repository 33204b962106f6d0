//! Static pod rolled back to its previous revision.
//!
//! Only clusters with a single control-plane node roll back.
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/staticpodfallback/static_pod_fallback_condition.go`,
//!   `pkg/operator/staticpod/startupmonitor`

use crate::catalog::prelude::*;

/// The rollback has already happened when the condition is reported.
const GRACE: Span = Span::minutes(2);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(STATIC_POD_USES)
    .check(check)
    .grace(GRACE)
    .why(
        "On a cluster with a single control-plane node a new revision that does not become \
         ready is rolled back to keep the cluster running. The content of the new revision is \
         not in effect: a configuration change, a certificate or a release.",
    )
    .fix(
        "Find out why the new revision did not become ready, then revert or fix the change that \
         it contains.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let conditions = &["StaticPodFallbackRevisionDegraded"];
    OperatorCondition::judge(cx, STATIC_PODS, conditions, |condition| {
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
                .run(format!("oc get pods -n {namespace} -o yaml"))
                .run(
                    "oc debug node/<node> -- chroot /host ls \
                             /etc/kubernetes/static-pod-resources",
                )
                .verify(format!("oc get {} cluster -o yaml", condition.resource())),
        )
    })
}
