//! An alarm raised in etcd: no space, or corrupt data.
//!
//! # Why it matters
//!
//! With the alarm NOSPACE etcd refuses every write until the alarm is disarmed, even after space
//! was made. With the alarm CORRUPT the data of a member differs from the others'.
//!
//! # What to do
//!
//! NOSPACE: remove what fills the database, compact and defragment it, then disarm the alarm.
//! CORRUPT: replace the member that is named.
//!
//! # Blind spots
//!
//! An alarm list of no bytes means that `etcdctl` failed, not that there is no alarm.
//!
//! # References
//!
//! - etcd-io/etcd `api/etcdserverpb/rpc.proto` (`AlarmType`: 1 NOSPACE, 2 CORRUPT)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdDatabaseQuotaLowSpace.md`

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use mustknow_gather::layout::Special;
use mustknow_gather::resource::Document;
use mustknow_gather::snapshot::SpecialFile;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{EtcdMember, enumerate, etcd_gap};

pub(super) static META: Meta = Meta {
    id: "etcd/alarm-raised",
    title: "an alarm raised in etcd: no space, or corrupt data",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::EtcdAlarms)],
    uses: &[Need::Special(Special::EtcdMembers)],
};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Alarm {
    NoSpace,
    Corrupt,
    Other,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(SpecialFile::Read(document)) = case.special(Special::EtcdAlarms) else {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdAlarms));
    };
    let Some(root) = document.tree.documents().next().filter(|root| root.is_mapping()) else {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdAlarms));
    };
    let members = EtcdMember::all(case).map(|(_, members)| members).unwrap_or_default();
    let mut raised: BTreeMap<Alarm, Vec<(String, Range<usize>)>> = BTreeMap::new();
    for entry in root.get("alarms").into_iter().flat_map(Value::items) {
        let Some(alarm) = alarm(entry) else { continue };
        let id = entry.get("memberID").and_then(Value::as_u64).unwrap_or(0);
        let name = match members.iter().find(|member| member.id == id) {
            Some(member) => member.call().to_owned(),
            None => format!("{id:x}"),
        };
        raised.entry(alarm).or_default().push((name, entry.span()));
    }
    let findings = raised.iter().filter_map(|(alarm, on)| finding(*alarm, on, document)).collect();
    Verdict::over(1, findings, "etcd lists no alarm")
}

/// The alarm of an entry, written as a number or as a word.
fn alarm(entry: Value<'_>) -> Option<Alarm> {
    match &*entry.get("alarm")?.text()? {
        "1" | "NOSPACE" => Some(Alarm::NoSpace),
        "2" | "CORRUPT" => Some(Alarm::Corrupt),
        "0" | "NONE" | "" => None,
        _ => Some(Alarm::Other),
    }
}

fn finding(
    alarm: Alarm,
    on: &[(String, Range<usize>)],
    document: &Arc<Document>,
) -> Option<Finding> {
    let (word, what) = match alarm {
        Alarm::NoSpace => ("NOSPACE", "its database is full and it refuses every write"),
        Alarm::Corrupt => ("CORRUPT", "the data of a member differs from the others'"),
        Alarm::Other => ("of an unknown kind", "this tool does not know what it means"),
    };
    let names: Vec<_> = on.iter().map(|(name, _)| name.as_str()).collect();
    let mut evidence = on.iter().map(|(name, span)| {
        let member = Subject::cluster("EtcdMember", name.clone());
        Evidence::in_document(member, document, span.clone(), format!("the alarm of {name}"))
    });
    let summary = format!("etcd has the alarm {word} on {}: {what}", enumerate(&names, 5));
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, evidence.next()?)
        .evidence(evidence)
        .saying(format!("etcd alarm {word} {}", names.join(", ")));
    Some(match alarm {
        Alarm::NoSpace => finding
            .why(
                "While the alarm stands etcd answers writes with \"mvcc: database space \
                 exceeded\", so nothing in the cluster can be changed. The alarm stays until it is \
                 disarmed, even when there is space again.",
            )
            .remedy(
                Remedy::new(
                    "Remove what fills the database, compact and defragment it, then disarm the \
                     alarm.",
                )
                .verify("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl alarm list")
                .before(
                    "before the alarm is disarmed: the database was defragmented on every member, \
                     one after the other",
                    Proof::ByHand(
                        "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status \
                         -w table"
                            .to_owned(),
                    ),
                ),
            ),
        Alarm::Corrupt => finding
            .why("A member whose data differs answers with what the others do not know.")
            .remedy(
                Remedy::new("Replace the member that is named, by the documented procedure.")
                    .verify("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl alarm list")
                    .before("the other members are healthy", Proof::ByHand(
                        "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health"
                            .to_owned(),
                    ))
                    .before("a backup of etcd exists", Proof::ByHand(String::new())),
            ),
        Alarm::Other => finding
.severity(Severity::Error)
.possible("the number of the alarm is none that is known"),
    })
}
