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
    .at_once("an alarm stays active until it is disarmed")
    .even_while_installing("an installation does not disarm an alarm")
    .why(
        "While the NOSPACE alarm is active, etcd rejects all writes (\"mvcc: database space \
         exceeded\"). It stays active until it is disarmed, even after space has been freed. The \
         CORRUPT alarm means that one member returns other data than the others.",
    )
    .fix(
        "NOSPACE: remove the objects that fill the database, compact and defragment it, then \
         disarm the alarm. CORRUPT: replace the member that the alarm lists.",
    )
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl alarm list"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let alarms = EtcdAlarm::all(cx)?;
    let members = EtcdMember::known(cx);
    let mut raised: BTreeMap<EtcdAlarmType, Vec<&EtcdAlarm>> = BTreeMap::new();
    for alarm in alarms.iter() {
        raised.entry(alarm.alarm_type).or_default().push(alarm);
    }
    let findings = raised.into_iter().filter_map(|(alarm_type, on)| {
        let names: Vec<_> = on.iter().map(|alarm| alarm.member_name(&members)).collect();
        let evidence = on.iter().zip(&names).map(|(alarm, name)| {
            alarms.evidence(name, &alarm.span, format!("the alarm of {name}"))
        });
        finding(alarm_type, &names, evidence)
    });
    Ok(Checked::over(1, findings))
}

fn finding(
    alarm_type: EtcdAlarmType,
    names: &[String],
    evidence: impl Iterator<Item = Evidence>,
) -> Option<Finding> {
    let (word, what) = match alarm_type {
        EtcdAlarmType::NoSpace => ("NOSPACE", "the database is full and etcd rejects all writes"),
        EtcdAlarmType::Corrupt => ("CORRUPT", "the data of a member differs from the others"),
        EtcdAlarmType::Other => ("of an unknown type", "the meaning of this type is not known"),
    };
    let summary = format!("etcd has the alarm {word} on {}: {what}", name_list_up_to(names, 5));
    let finding = Finding::based_on(Subject::cluster("Etcd", "cluster"), summary, evidence)?
        .keywords(format!("etcd alarm {word} {}", names.join(", ")));
    Some(match alarm_type {
        EtcdAlarmType::NoSpace => finding
            .fix(
                "Remove the objects that fill the database, compact and defragment it, then \
                 disarm the alarm.",
            )
            .before(
                "before disarming the alarm: the database has been defragmented on every member, \
                 one at a time",
                Proof::by_hand(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status \
                     -w table",
                ),
            ),
        EtcdAlarmType::Corrupt => finding
            .fix("Replace the listed member according to the documented procedure.")
            .before(
                "the other members are healthy",
                Proof::by_hand(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health",
                ),
            )
            .before("a backup of etcd exists", Proof::by_hand("")),
        EtcdAlarmType::Other => {
            finding.severity(Error).possible("the number of the alarm is not known")
        }
    })
}
