//! Failing etcd defragmentation.
//!
//! # Why it matters
//!
//! The space of deleted objects in the database is only released by a defragmentation. If the
//! defragmentation fails repeatedly, the file grows towards its quota although only a small part of
//! it is in use.
//!
//! # What to do
//!
//! Read the log of the operator. A member that does not answer in time has a slow disk or a large
//! database file. If a member is unhealthy, the operator does not defragment at all.
//!
//! # Blind spots
//!
//! The operator reports three consecutive failures, half an hour after the first. The affected
//! member is shown only in the operator's log and events.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/defragcontroller/defragcontroller.go`

use mustknow_cluster::model::kinds::OPERATOR_ETCD;

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::{ETCD, OperatorCondition};

/// The operator has already waited for three attempts.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "etcd/defragmentation-failing",
    title: "failing etcd defragmentation",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let conditions = &["DefragControllerDegraded"];
    OperatorCondition::verdict(cx, ETCD, conditions, (GRACE, META.severity), |condition| {
        let detail = excerpt(&condition.state.message);
        Some(
            condition
                .finding(format!("etcd operator cannot defragment all members: {detail}"))
                .why(
                    "Until a member is defragmented, the full size of its database file counts \
                     against the quota, even if only a small part is in use.",
                )
                .remedy(
                    Remedy::new("Find the member that cannot be defragmented and the reason.")
                        .command(
                            "oc logs -n openshift-etcd-operator deployment/etcd-operator | grep -i \
                             defrag",
                        )
                        .verify("oc get etcds.operator.openshift.io cluster -o yaml"),
                ),
        )
    })
}
