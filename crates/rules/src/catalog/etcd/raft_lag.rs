//! An etcd member that is far behind the others.
//!
//! # Why it matters
//!
//! A member applies what the leader has committed. One that is more than 5000 entries behind refuses
//! every request ("etcdserver: too many requests"), and clients that ask it see old data before
//! that.
//!
//! # What to do
//!
//! Look at the member's disk, its CPU and its network: one of them cannot keep up.
//!
//! # Blind spots
//!
//! The states of the members are asked for one after the other within a second or so; what a busy
//! cluster writes meanwhile is no lag.
//!
//! # References
//!
//! - etcd-io/etcd `server/etcdserver/v3_server.go`, `server/etcdserver/util.go`
//!   (`maxGapBetweenApplyAndCommitIndex` = 5000)

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{EtcdMember, EtcdStatus, etcd_gap};

/// Beyond this gap a member refuses requests.
const LIMIT: u64 = 5000;

pub(super) static META: Meta = Meta {
    id: "etcd/raft-lag",
    title: "an etcd member that is far behind the others",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::EtcdStatus)],
    uses: &[Need::Special(Special::EtcdMembers)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some((document, states)) = EtcdStatus::all(case) else {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdStatus));
    };
    let members = EtcdMember::all(case).map(|(_, members)| members).unwrap_or_default();
    let Some(newest) = states.iter().filter_map(|state| state.index).max() else {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdStatus));
    };
    let findings = states
        .iter()
        .filter_map(|state| {
            let behind = newest.saturating_sub(state.applied?);
            if behind <= LIMIT {
                return None;
            }
            let name = state.call(&members);
            let subject = Subject::cluster("EtcdMember", &*name);
            let note = format!("it applied entry {}, the newest is {newest}", state.applied?);
            let evidence =
                Evidence::in_document(subject.clone(), &document, state.span.clone(), note);
            let summary = format!("etcd member {name} is {behind} entries behind the others");
            Some(
                Finding::new(subject, summary, evidence)
                    .why(
                        "A member more than 5000 entries behind refuses every request, and what it \
                         answered before that was old.",
                    )
                    .saying(format!("etcd member {name} is behind"))
                    .remedy(
                        Remedy::new("Look at the disk, the CPU and the network of the member.")
                            .command("oc get pods -n openshift-etcd -o wide")
                            .verify(
                                "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint \
                                 status -w table",
                            ),
                    ),
            )
        })
        .collect();
    Verdict::over(states.len(), findings, "etcd lists no state of a member")
}
