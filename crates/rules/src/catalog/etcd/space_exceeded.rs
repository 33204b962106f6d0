//! Writes that etcd refuses because its database is full.
//!
//! # Why it matters
//!
//! At its quota etcd refuses every write. Nothing in the cluster can be created, changed or even
//! marked as deleted, leases are not renewed, and operators lose their leaders.
//!
//! # What to do
//!
//! Remove what fills the database, compact and defragment it, then disarm the alarm.
//!
//! # Blind spots
//!
//! Where the alarms of etcd were collected and NOSPACE is among them, `etcd/alarm-raised` says it.
//! Lines older than half an hour are history.
//!
//! # References
//!
//! - etcd-io/etcd `api/v3rpc/rpctypes/error.go` (`ErrGRPCNoSpace`)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdDatabaseQuotaLowSpace.md`

use mustknow_gather::kinds::POD;
use mustknow_gather::layout::Special;
use mustknow_gather::log::LogPattern;
use mustknow_gather::snapshot::SpecialFile;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::Logged;

/// What ended longer ago is history.
const RECENT: Span = Span::minutes(30);
/// While the database is full every write is refused, and there are many each second.
const ENOUGH: u64 = 3;

static REFUSED: LogPattern =
    LogPattern::new("mvcc: database space exceeded", "openshift-kube-apiserver", "kube-apiserver");

pub(super) static META: Meta = Meta {
    id: "etcd/space-exceeded",
    title: "writes that etcd refuses because its database is full",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&REFUSED)],
    uses: &[Need::Special(Special::EtcdAlarms), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let refused = Logged::recent(case, &REFUSED, RECENT);
    let mut evidence = refused.evidence();
    let Some(first) = evidence.next().filter(|_| refused.count() >= ENOUGH && !is_known(case))
    else {
        return Verdict::Healthy { examined: refused.examined(case) };
    };
    let summary = format!(
        "etcd refuses writes because its database is full: kube-apiserver was told so {}",
        refused.span()
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .likely("the alarm itself was not collected, only the refusals")
        .since(refused.since())
        .why("While the database is full nothing in the cluster can be changed.")
        .saying("etcdserver: mvcc: database space exceeded")
        .evidence(evidence)
        .remedy(
            Remedy::new(
                "Remove what fills the database, compact and defragment it, then disarm the alarm.",
            )
            .command("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl alarm list")
            .verify(
                "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w table",
            )
            .before(
                "before the alarm is disarmed: the database was defragmented on every member, one \
                 after the other",
                Proof::ByHand(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint status -w \
                     table"
                        .to_owned(),
                ),
            ),
        );
    Verdict::Found(vec![finding])
}

/// Whether the alarm was collected and says it all.
fn is_known(case: &Case<'_>) -> bool {
    let Some(SpecialFile::Read(document)) = case.special(Special::EtcdAlarms) else { return false };
    document
        .tree
        .documents()
        .filter_map(|root| root.get("alarms"))
        .flat_map(Value::items)
        .filter_map(|alarm| alarm.text_at(&["alarm"]))
        .any(|alarm| matches!(&*alarm, "1" | "NOSPACE"))
}
