//! Calls of the kube-apiserver that etcd fails.
//!
//! # Why it matters
//!
//! Every request that reads or writes an object ends in etcd. Where those fail, leases are lost,
//! controllers restart, and operators report whatever call of theirs failed.
//!
//! # What to do
//!
//! Look at etcd: its members, its disks, the network between the control-plane nodes.
//!
//! # Blind spots
//!
//! Lines older than half an hour are history. A change of the leader fails the calls in flight; a
//! few such lines are normal while a control-plane node restarts and are not reported.
//!
//! # References
//!
//! - etcd-io/etcd `api/v3rpc/rpctypes/error.go`

use mustknow_gather::kinds::POD;
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, few};

/// What ended longer ago is history.
const RECENT: Span = Span::minutes(30);
/// A change of the leader fails a few.
const ENOUGH: u64 = 20;
/// What comes now and then is no state.
const AN_HOUR: u64 = 10;

static FAILED: LogPattern =
    LogPattern::new("etcdserver: ", "openshift-kube-apiserver", "kube-apiserver").matching(
        "etcdserver: (request timed out|leader changed|no leader|too many requests|not capable|\
         server stopped|unhealthy cluster|request is too large)",
    );

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/etcd-errors",
    title: "calls of the kube-apiserver that etcd fails",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&FAILED)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let failed = Logged::recent(case, &FAILED, RECENT).often(AN_HOUR);
    let mut evidence = failed.evidence();
    let Some(first) = evidence.next().filter(|_| failed.count() >= ENOUGH) else {
        return Verdict::Healthy { examined: failed.examined(case) };
    };
    let words = failed.hits.first().and_then(|hits| error(&hits.last.text)).unwrap_or_default();
    let summary = format!(
        "etcd fails calls of the kube-apiserver, {}: {words}, as logged by {}",
        failed.span(),
        few(&failed.places(case))
    );
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .since(failed.since())
        .why("Every request ends in etcd: where it fails, leases are lost and controllers restart.")
        .saying(failed.hits.iter().map(|hits| &*hits.last.text).collect::<Vec<_>>().join("\n"))
        .evidence(evidence)
        .remedy(
            Remedy::new("Look at etcd: members, disks, the network between them.")
                .command("oc get pods -n openshift-etcd -o wide")
                .verify(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w \
                     table",
                ),
        );
    Verdict::Found(vec![finding])
}

/// The error of etcd in a line: `etcdserver: request timed out`.
fn error(line: &str) -> Option<&str> {
    let words = line.get(line.find("etcdserver: ")?..)?;
    words.split(['"', '}', ',', '\\']).next()
}
