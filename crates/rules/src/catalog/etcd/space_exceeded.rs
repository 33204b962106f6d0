//! etcd writes rejected because the database is full.
//!
//! If the etcd alarms were collected and NOSPACE is among them, `etcd/alarm-raised` reports it
//! instead.
//!
//! - etcd-io/etcd `api/v3rpc/rpctypes/error.go` (`ErrGRPCNoSpace`)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdDatabaseQuotaLowSpace.md`

use crate::catalog::prelude::*;

const REFUSED: LogPattern =
    LogPattern::in_any("mvcc: database space exceeded", KUBE_API_SERVER_LOGS);

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .log(&[REFUSED], Span::minutes(30), |cx, refused| {
        let is_no_space = |alarm: &EtcdAlarm| alarm.alarm_type == EtcdAlarmType::NoSpace;
        let is_reported = EtcdAlarm::all(cx).is_ok_and(|alarms| alarms.iter().any(is_no_space));
        let summary = format!(
            "etcd rejects writes because its database is full: kube-apiserver logged the error {}",
            refused.frequency()
        );
        let finding = refused.finding(Subject::cluster("Etcd", "cluster"), summary)?;
        let finding = finding.keywords(format!("etcdserver: {}", REFUSED.literal));
        // While the database is full, many writes a second are rejected.
        (refused.count() >= 3 && !is_reported).then(|| {
            finding.likely("only the rejected writes were collected, not the etcd alarm itself")
        })
    })
    .reads(&[Need::KnownFile(KnownFile::EtcdAlarms)])
    .at_once("etcd rejects writes until the alarm is disarmed")
    .even_while_installing("an installation does not disarm an alarm")
    .why(
        "When the database reaches its quota, etcd rejects all writes. No object in the cluster \
         can be created, updated or even marked as deleted, leases are not renewed, and \
         controllers lose leader election.",
    )
    .fix(
        "Remove the objects that fill the database, compact and defragment it, then disarm the \
         alarm.",
    )
    .run(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl alarm list"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table"])
    .before(&[(
        "before disarming the alarm: the database has been defragmented on every member, one at a \
         time",
        "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table",
    )]);
