//! etcd writes rejected because the database is full.
//!
//! If the etcd alarms were collected and NOSPACE is among them, `etcd/alarm-raised` reports it
//! instead. Log lines older than half an hour are ignored.
//!
//! - etcd-io/etcd `api/v3rpc/rpctypes/error.go` (`ErrGRPCNoSpace`)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdDatabaseQuotaLowSpace.md`

use crate::catalog::prelude::*;

/// Errors that stopped longer ago than this are ignored.
const RECENT: Span = Span::minutes(30);
/// While the database is full all writes are rejected, and there are many writes per second.
const ENOUGH: u64 = 3;

const REFUSED: LogPattern =
    LogPattern::new("mvcc: database space exceeded", "openshift-kube-apiserver", "kube-apiserver");

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Log(&REFUSED)])
    .reads(&[Need::KnownFile(KnownFile::EtcdAlarms), Need::Kind(&POD)])
    .check(check)
    .why(
        "When the database reaches its quota, etcd rejects all writes. No object in the cluster \
         can be created, updated or even marked as deleted, leases are not renewed, and \
         operators lose leader election.",
    )
    .fix(
        "Remove the objects that fill the database, compact and defragment it, then disarm the \
         alarm.",
    )
    .run(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl alarm list"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table"])
    .before(&[(
        "before disarming the alarm: the database has been defragmented on every \
                 member, one at a time",
        "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w \
                 table",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let refused = LogOccurrences::recent(cx, &REFUSED, RECENT);
    let mut evidence = refused.evidence();
    let Some(first) = evidence.next().filter(|_| refused.count() >= ENOUGH && !is_known(cx)) else {
        return Ok(Checked::over(refused.examined(cx), None));
    };
    let summary = format!(
        "etcd rejects writes because its database is full: kube-apiserver logged the error {}",
        refused.frequency()
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .likely("only the rejected writes were collected, not the etcd alarm itself")
        .since(refused.since())
        .keywords("etcdserver: mvcc: database space exceeded")
        .evidence(evidence);
    Ok(Checked::over(1, vec![finding]))
}

/// Whether the alarm was collected, so that `etcd/alarm-raised` reports it.
fn is_known(cx: &RuleContext<'_>) -> bool {
    let Some(KnownFileContent::Read(document)) = cx.known_file(KnownFile::EtcdAlarms) else {
        return false;
    };
    document
        .tree
        .documents()
        .filter_map(|root| root.get("alarms"))
        .flat_map(Value::items)
        .filter_map(|alarm| alarm.text_at(&["alarm"]))
        .any(|alarm| matches!(&*alarm, "1" | "NOSPACE"))
}
