//! Etcd errors for kube-apiserver requests.
//!
//! # Why it matters
//!
//! Every request that reads or writes an object is served from etcd. If these requests fail, leases
//! are lost, controllers restart, and operators report the individual requests that failed.
//!
//! # What to do
//!
//! Check etcd: its members, its disks and the network between the control-plane nodes.
//!
//! # Blind spots
//!
//! Log lines that are older than 30 minutes are ignored. A leader change fails the requests in
//! flight. A few such lines are normal while a control-plane node restarts and are not reported.
//!
//! # References
//!
//! - etcd-io/etcd `api/v3rpc/rpctypes/error.go`

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::log::LogPattern;

use crate::catalog::prelude::*;
use crate::engine::name_list;
use crate::signals::LogOccurrences;

/// Errors that ended longer ago are ignored.
const RECENT: Span = Span::minutes(30);
/// A leader change fails a few requests.
const ENOUGH: u64 = 20;
/// Occasional errors are not a persistent state.
const AN_HOUR: u64 = 10;

static FAILED: LogPattern =
    LogPattern::new("etcdserver: ", "openshift-kube-apiserver", "kube-apiserver").matching(
        "etcdserver: (request timed out|leader changed|no leader|too many requests|not capable|\
         server stopped|unhealthy cluster|request is too large)",
    );

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/etcd-errors",
    title: "etcd errors for kube-apiserver requests",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&FAILED)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let failed = LogOccurrences::recent(cx, &FAILED, RECENT).at_least_hourly(AN_HOUR);
    let mut evidence = failed.evidence();
    let Some(first) = evidence.next().filter(|_| failed.count() >= ENOUGH) else {
        return Verdict::Healthy { examined: failed.examined(cx) };
    };
    let detail = failed.hits.first().and_then(|hits| error(&hits.last.text)).unwrap_or_default();
    let summary = format!(
        "etcd returns errors to the kube-apiserver, {}: {detail}, logged by {}",
        failed.frequency(),
        name_list(&failed.writers(cx))
    );
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .since(failed.since())
        .why(
            "Every request depends on etcd. If etcd fails, leases are lost and controllers \
             restart.",
        )
        .keywords(failed.hits.iter().map(|hits| &*hits.last.text).collect::<Vec<_>>().join("\n"))
        .evidence(evidence)
        .remedy(
            Remedy::new("Check etcd: its members, its disks and the network between them.")
                .command("oc get pods -n openshift-etcd -o wide")
                .verify(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w \
                     table",
                ),
        );
    Verdict::Found(vec![finding])
}

/// The etcd error in a line: `etcdserver: request timed out`.
fn error(line: &str) -> Option<&str> {
    let detail = line.get(line.find("etcdserver: ")?..)?;
    detail.split(['"', '}', ',', '\\']).next()
}
