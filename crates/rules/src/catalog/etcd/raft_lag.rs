//! etcd member that lags behind the other members.
//!
//! The states of the members are collected one after the other within about a second. Entries that
//! a busy cluster writes during this time are not a lag.
//!
//! - etcd-io/etcd `server/etcdserver/v3_server.go`, `server/etcdserver/util.go`
//!   (`maxGapBetweenApplyAndCommitIndex` = 5000)

use crate::catalog::prelude::*;

/// Beyond this gap a member rejects requests.
const LIMIT: u64 = 5000;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdStatus)])
    .reads(&[Need::KnownFile(KnownFile::EtcdMembers)])
    .check(check)
    .why(
        "A member applies the entries that the leader has committed. A member that is more than \
         5000 entries behind rejects all requests (\"etcdserver: too many requests\"). Before \
         that point, its clients read old data.",
    )
    .fix("Check the disk, the CPU and the network of the member. One of them is too slow.")
    .run(&["oc get pods -n openshift-etcd -o wide"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some((document, states)) = EtcdStatus::all(cx) else {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdStatus)));
    };
    let members = EtcdMember::all(cx).map(|(_, members)| members).unwrap_or_default();
    let Some(newest) = states.iter().filter_map(|state| state.index).max() else {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdStatus)));
    };
    let findings = states.iter().filter_map(|state| {
        let behind = newest.saturating_sub(state.applied?);
        if behind <= LIMIT {
            return None;
        }
        let name = state.display_name(&members);
        let subject = Subject::cluster("EtcdMember", &*name);
        let note = format!("applied entry {}, the newest is {newest}", state.applied?);
        let evidence = Evidence::in_document(subject.clone(), &document, state.span.clone(), note);
        let summary = format!("etcd member {name} is {behind} raft entries behind the others");
        Some(
            Finding::new(subject, summary, evidence)
                .keywords(format!("etcd member {name} is behind")),
        )
    });
    Ok(Checked::over(states.len(), findings))
}
