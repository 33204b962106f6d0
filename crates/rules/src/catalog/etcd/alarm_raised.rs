//! Active etcd alarm: NOSPACE or CORRUPT.
//!
//! An empty file as the alarm list means that `etcdctl` failed, not that there is no alarm.
//!
//! - etcd-io/etcd `api/etcdserverpb/rpc.proto` (`AlarmType`: 1 NOSPACE, 2 CORRUPT)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdDatabaseQuotaLowSpace.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdAlarms)])
    .reads(&[Need::KnownFile(KnownFile::EtcdMembers)])
    .check(check)
    .why(
        "While the NOSPACE alarm is active, etcd rejects all writes. It stays active until it \
         is disarmed, even after space has been freed. The CORRUPT alarm means that the data of \
         one member differs from the data of the other members.",
    )
    .fix(
        "NOSPACE: remove the objects that fill the database, compact and defragment it, then \
         disarm the alarm. CORRUPT: replace the member that the alarm lists.",
    );

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Alarm {
    NoSpace,
    Corrupt,
    Other,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(KnownFileContent::Read(document)) = cx.known_file(KnownFile::EtcdAlarms) else {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdAlarms)));
    };
    let Some(root) = document.tree.documents().next().filter(|root| root.is_mapping()) else {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdAlarms)));
    };
    let members = EtcdMember::all(cx).map(|(_, members)| members).unwrap_or_default();
    let mut raised: BTreeMap<Alarm, Vec<(String, Range<usize>)>> = BTreeMap::new();
    for entry in root.get("alarms").into_iter().flat_map(Value::items) {
        let Some(alarm) = alarm(entry) else { continue };
        let id = entry.get("memberID").and_then(Value::as_u64).unwrap_or(0);
        let name = match members.iter().find(|member| member.id == id) {
            Some(member) => member.display_name().to_owned(),
            None => format!("{id:x}"),
        };
        raised.entry(alarm).or_default().push((name, entry.span()));
    }
    let findings = raised.iter().filter_map(|(alarm, on)| finding(*alarm, on, document));
    Ok(Checked::over(1, findings))
}

/// The alarm of an entry, which is written as a number or as a name.
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
        Alarm::NoSpace => ("NOSPACE", "the database is full and etcd rejects all writes"),
        Alarm::Corrupt => ("CORRUPT", "the data of a member differs from the other members"),
        Alarm::Other => ("of an unknown type", "the meaning of this type is not known"),
    };
    let names: Vec<_> = on.iter().map(|(name, _)| name.as_str()).collect();
    let mut evidence = on.iter().map(|(name, span)| {
        let member = Subject::cluster("EtcdMember", name.clone());
        Evidence::in_document(member, document, span.clone(), format!("the alarm of {name}"))
    });
    let summary = format!("etcd has the alarm {word} on {}: {what}", name_list_up_to(&names, 5));
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, evidence.next()?)
        .evidence(evidence)
        .keywords(format!("etcd alarm {word} {}", names.join(", ")));
    Some(match alarm {
        Alarm::NoSpace => finding
            .why(
                "While the alarm is active, etcd rejects writes with \"mvcc: database space \
                 exceeded\", so no object in the cluster can be changed. The alarm stays active \
                 until it is disarmed, even after space has been freed.",
            )
            .fix(
                "Remove the objects that fill the database, compact and defragment it, then \
                     disarm the alarm.",
            )
            .verify("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl alarm list")
            .before(
                "before disarming the alarm: the database has been defragmented on every \
                     member, one at a time",
                Proof::ByHand(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status \
                         -w table"
                        .to_owned(),
                ),
            ),
        Alarm::Corrupt => finding
            .why("A member with different data returns wrong results to its clients.")
            .fix("Replace the listed member according to the documented procedure.")
            .verify("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl alarm list")
            .before(
                "the other members are healthy",
                Proof::ByHand(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health"
                        .to_owned(),
                ),
            )
            .before("a backup of etcd exists", Proof::ByHand(String::new())),
        Alarm::Other => finding.severity(Error).possible("the number of the alarm is not known"),
    })
}
