//! An etcd that its operator cannot defragment.
//!
//! # Why it matters
//!
//! Room that deleted objects leave in the database is given back only by a defragmentation. Where
//! that fails again and again the file grows towards its quota, although little of it is in use.
//!
//! # What to do
//!
//! Read the operator's log: a member that does not answer in time has a slow disk or a large file;
//! an unhealthy member keeps the operator from trying at all.
//!
//! # Blind spots
//!
//! The operator reports three failures in a row, half an hour after the first. Which member failed
//! stands only in its log and its events.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/defragcontroller/defragcontroller.go`

use mustknow_gather::kinds::OPERATOR_ETCD;

use crate::catalog::prelude::*;
use crate::facts::{ETCD, Spoken, excerpt};

/// The operator has waited for three attempts already.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "etcd/defragmentation-failing",
    title: "an etcd that its operator cannot defragment",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let conditions = &["DefragControllerDegraded"];
    Spoken::verdict(case, ETCD, conditions, (GRACE, META.severity), |spoken| {
        let words = excerpt(&spoken.reported.message);
        Some(
            spoken
                .finding(format!("the etcd operator cannot defragment every member: {words}"))
                .why(
                    "Until a member is defragmented its file counts in full against the quota, \
                     however little of it is in use.",
                )
                .remedy(
                    Remedy::new("Read which member fails and why.")
                        .command(
                            "oc logs -n openshift-etcd-operator deployment/etcd-operator | grep -i \
                             defrag",
                        )
                        .verify("oc get etcds.operator.openshift.io cluster -o yaml"),
                ),
        )
    })
}
