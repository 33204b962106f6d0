//! etcd writes rejected because the database is full.
//!
//! # Why it matters
//!
//! When the database reaches its quota, etcd rejects all writes. No object in the cluster can be
//! created, updated or even marked as deleted, leases are not renewed, and operators lose leader
//! election.
//!
//! # What to do
//!
//! Remove the objects that fill the database, compact and defragment it, then disarm the alarm.
//!
//! # Blind spots
//!
//! If the etcd alarms were collected and NOSPACE is among them, `etcd/alarm-raised` reports it
//! instead. Log lines older than half an hour are ignored.
//!
//! # References
//!
//! - etcd-io/etcd `api/v3rpc/rpctypes/error.go` (`ErrGRPCNoSpace`)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdDatabaseQuotaLowSpace.md`

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::model::snapshot::KnownFileContent;
use mustknow_yaml::Value;

use crate::catalog::prelude::*;
use crate::signals::LogOccurrences;

/// Errors that stopped longer ago than this are ignored.
const RECENT: Span = Span::minutes(30);
/// While the database is full all writes are rejected, and there are many writes per second.
const ENOUGH: u64 = 3;

static REFUSED: LogPattern =
    LogPattern::new("mvcc: database space exceeded", "openshift-kube-apiserver", "kube-apiserver");

pub(super) static META: Meta = Meta {
    id: "etcd/space-exceeded",
    title: "etcd writes rejected because the database is full",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&REFUSED)],
    uses: &[Need::KnownFile(KnownFile::EtcdAlarms), Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let refused = LogOccurrences::recent(cx, &REFUSED, RECENT);
    let mut evidence = refused.evidence();
    let Some(first) = evidence.next().filter(|_| refused.count() >= ENOUGH && !is_known(cx)) else {
        return Verdict::Healthy { examined: refused.examined(cx) };
    };
    let summary = format!(
        "etcd rejects writes because its database is full: kube-apiserver logged the error {}",
        refused.frequency()
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .likely("only the rejected writes were collected, not the etcd alarm itself")
        .since(refused.since())
        .why("While the database is full, no object in the cluster can be changed.")
        .keywords("etcdserver: mvcc: database space exceeded")
        .evidence(evidence)
        .remedy(
            Remedy::new(
                "Remove the objects that fill the database, compact and defragment it, then \
                 disarm the alarm.",
            )
            .command("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl alarm list")
            .verify(
                "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table",
            )
            .precondition(
                "before disarming the alarm: the database has been defragmented on every member, \
                 one at a time",
                Proof::ByHand(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w \
                     table"
                        .to_owned(),
                ),
            ),
        );
    Verdict::Found(vec![finding])
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
