//! Etcd errors for kube-apiserver requests.
//!
//! Log lines that are older than 30 minutes are ignored. A leader change fails the requests in
//! flight. A few such lines are normal while a control-plane node restarts and are not reported.
//!
//! - etcd-io/etcd `api/v3rpc/rpctypes/error.go`

use crate::catalog::prelude::*;

/// Errors that ended longer ago are ignored.
const RECENT: Span = Span::minutes(30);
/// A leader change fails a few requests.
const ENOUGH: u64 = 20;
/// Occasional errors are not a persistent state.
const AN_HOUR: u64 = 10;

const FAILED: LogPattern =
    LogPattern::new("etcdserver: ", "openshift-kube-apiserver", "kube-apiserver").matching(
        "etcdserver: (request timed out|leader changed|no leader|too many requests|not capable|\
         server stopped|unhealthy cluster|request is too large)",
    );

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Log(&FAILED)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "Every request that reads or writes an object is served from etcd. If these requests \
         fail, leases are lost, controllers restart, and operators report the individual \
         requests that failed.",
    )
    .fix("Check etcd: its members, its disks and the network between the control-plane nodes.")
    .run(&["oc get pods -n openshift-etcd -o wide"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let failed = LogOccurrences::recent(cx, &FAILED, RECENT).at_least_hourly(AN_HOUR);
    let mut evidence = failed.evidence();
    let Some(first) = evidence.next().filter(|_| failed.count() >= ENOUGH) else {
        return Ok(Checked::over(failed.examined(cx), None));
    };
    let detail = failed.hits.first().and_then(|hits| error(&hits.last.text)).unwrap_or_default();
    let summary = format!(
        "etcd returns errors to the kube-apiserver, {}: {detail}, logged by {}",
        failed.frequency(),
        name_list(&failed.writers(cx))
    );
    let finding = Finding::new(Subject::cluster("KubeAPIServer", "cluster"), summary, first)
        .since(failed.since())
        .keywords(failed.hits.iter().map(|hits| &*hits.last.text).collect::<Vec<_>>().join("\n"))
        .evidence(evidence);
    Ok(Checked::over(1, vec![finding]))
}

/// The etcd error in a line: `etcdserver: request timed out`.
fn error(line: &str) -> Option<&str> {
    let detail = line.get(line.find("etcdserver: ")?..)?;
    detail.split(['"', '}', ',', '\\']).next()
}
