//! Static pod revision that cannot be created.
//!
//! If the etcd operator refuses a revision because too few members are healthy, see
//! `etcd/scaling-unsafe`. A brief API outage also makes this condition True for a short time.
//!
//! - openshift/library-go `pkg/operator/revisioncontroller/revision_controller.go`

use crate::catalog::prelude::*;

/// The controller retries immediately.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(STATIC_POD_USES)
    .check(check)
    .grace(GRACE)
    .why(
        "The operator first copies each change of the control plane into the ConfigMaps and \
         Secrets of a new revision. If that fails, no change reaches any node: no \
         configuration, no certificate, no release.",
    )
    .fix("Check the error: a source object of the copy is missing, or the API rejects the copy.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let conditions = &["RevisionControllerDegraded"];
    OperatorCondition::judge(cx, STATIC_PODS, conditions, |condition| {
        let message = &condition.state.message;
        if message.contains("not fault tolerant") || message.contains("CheckSafeToScaleCluster") {
            return None;
        }
        let summary = format!(
            "new revision of {} cannot be created: {}",
            condition.operator,
            excerpt(message)
        );
        let namespace = condition.namespace();
        Some(
            condition
                .finding(summary)
                .run(format!("oc get configmaps,secrets -n {namespace}"))
                .run(format!(
                    "oc logs -n {namespace}-operator deployment/{}-operator",
                    condition.operator
                ))
                .verify(format!("oc get {} cluster -o yaml", condition.resource())),
        )
    })
}
