//! etcd member that lags behind the other members.
//!
//! # Why it matters
//!
//! A member applies the entries that the leader has committed. A member that is more than 5000
//! entries behind rejects all requests ("etcdserver: too many requests"). Before that point, its
//! clients read old data.
//!
//! # What to do
//!
//! Check the disk, the CPU and the network of the member. One of them is too slow.
//!
//! # Blind spots
//!
//! The states of the members are collected one after the other within about a second. Entries that
//! a busy cluster writes during this time are not a lag.
//!
//! # References
//!
//! - etcd-io/etcd `server/etcdserver/v3_server.go`, `server/etcdserver/util.go`
//!   (`maxGapBetweenApplyAndCommitIndex` = 5000)

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::domain::{EtcdMember, EtcdStatus, etcd_gap};

/// Beyond this gap a member rejects requests.
const LIMIT: u64 = 5000;

pub(super) static META: Meta = Meta {
    id: "etcd/raft-lag",
    title: "etcd member that lags behind the other members",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::EtcdStatus)],
    uses: &[Need::KnownFile(KnownFile::EtcdMembers)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some((document, states)) = EtcdStatus::all(cx) else {
        return Verdict::Unknown(etcd_gap(cx, KnownFile::EtcdStatus));
    };
    let members = EtcdMember::all(cx).map(|(_, members)| members).unwrap_or_default();
    let Some(newest) = states.iter().filter_map(|state| state.index).max() else {
        return Verdict::Unknown(etcd_gap(cx, KnownFile::EtcdStatus));
    };
    let findings = states
        .iter()
        .filter_map(|state| {
            let behind = newest.saturating_sub(state.applied?);
            if behind <= LIMIT {
                return None;
            }
            let name = state.display_name(&members);
            let subject = Subject::cluster("EtcdMember", &*name);
            let note = format!("applied entry {}, the newest is {newest}", state.applied?);
            let evidence =
                Evidence::in_document(subject.clone(), &document, state.span.clone(), note);
            let summary = format!("etcd member {name} is {behind} raft entries behind the others");
            Some(
                Finding::new(subject, summary, evidence)
                    .why(
                        "A member that is more than 5000 entries behind rejects all requests. \
                         Before that point it returned old data.",
                    )
                    .keywords(format!("etcd member {name} is behind"))
                    .remedy(
                        Remedy::new("Check the disk, the CPU and the network of the member.")
                            .command("oc get pods -n openshift-etcd -o wide")
                            .verify(
                                "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint \
                                 status -w table",
                            ),
                    ),
            )
        })
        .collect();
    Verdict::over(states.len(), findings, "etcd reports no member status")
}
