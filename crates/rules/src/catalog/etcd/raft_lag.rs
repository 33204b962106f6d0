//! etcd member that lags behind the other members.
//!
//! The states of the members are collected one after the other within about a second. Entries that
//! a busy cluster writes during this time are not a lag.
//!
//! - etcd-io/etcd `server/etcdserver/v3_server.go`, `server/etcdserver/util.go`
//!   (`maxGapBetweenApplyAndCommitIndex` = 5000)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdStatus)])
    .reads(&[Need::KnownFile(KnownFile::EtcdMembers)])
    .check(check)
    .at_once("a member that far behind rejects requests at once")
    .why(
        "A member applies the entries that the leader has committed. A member that is more than \
         5000 entries behind rejects all requests (\"etcdserver: too many requests\"). Before \
         that point, its clients read old data.",
    )
    .fix("Check the disk, the CPU and the network of the member. One of them is too slow.")
    .run(&["oc get pods -n openshift-etcd -o wide"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let states = EtcdStatus::all(cx)?;
    let members = EtcdMember::known(cx);
    let newest = states.iter().filter_map(|state| state.index).max();
    let newest = newest.ok_or_else(|| EtcdStatus::gap(cx))?;
    let findings = states.iter().filter_map(|state| {
        let applied = state.applied?;
        let behind = newest.saturating_sub(applied);
        let name = state.display_name(&members);
        let note = format!("applied entry {applied}, the newest is {newest}");
        let evidence = states.evidence(&name, &state.span, note);
        let summary = format!("etcd member {name} is {behind} raft entries behind the others");
        let finding = Finding::new(evidence.subject().clone(), summary, evidence)
            .keywords(format!("etcd member {name} is behind"));
        // Beyond this gap a member rejects requests.
        (behind > 5000).then_some(finding)
    });
    Ok(Checked::over(states.len(), findings))
}
