//! Failing etcd defragmentation.
//!
//! The operator reports three consecutive failures, half an hour after the first. The affected
//! member is shown only in the operator's log and events.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/defragcontroller/defragcontroller.go`

use crate::catalog::prelude::*;

/// The operator has already waited for three attempts.
const GRACE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_ETCD)])
    .check(check)
    .grace(GRACE)
    .why(
        "The space of deleted objects in the database is only released by a defragmentation. If \
         the defragmentation fails repeatedly, the file grows towards its quota although only \
         a small part of it is in use.",
    )
    .fix(
        "Read the log of the operator. A member that does not answer in time has a slow disk or \
         a large database file. If a member is unhealthy, the operator does not defragment at \
         all.",
    )
    .run(&["oc logs -n openshift-etcd-operator deployment/etcd-operator | grep -i defrag"])
    .verify(&["oc get etcds.operator.openshift.io cluster -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let conditions = &["DefragControllerDegraded"];
    OperatorCondition::judge(cx, ETCD, conditions, |condition| {
        let detail = excerpt(&condition.state.message);
        Some(condition.finding(format!("etcd operator cannot defragment all members: {detail}")))
    })
}
