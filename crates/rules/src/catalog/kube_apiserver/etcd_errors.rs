//! Etcd errors for kube-apiserver requests.
//!
//! A leader change fails the requests in flight. A few such lines are normal while a control-plane
//! node restarts and are not reported.
//!
//! - etcd-io/etcd `api/v3rpc/rpctypes/error.go`

use crate::catalog::prelude::*;

const FAILED: LogPattern = LogPattern::in_any("etcdserver: ", KUBE_API_SERVER_LOGS).matching(
    "etcdserver: (request timed out|leader changed|no leader|too many requests|not capable|server \
     stopped|unhealthy cluster|request is too large)",
);

pub(super) const RULE: Rule = rule(Error, Symptom, Any)
    .log(&[FAILED], Span::minutes(30), finding)
    .reads(&[Need::Kind(&POD)])
    .at_once("the number of errors shows that it is no leader change")
    .why(
        "Every request that reads or writes an object is served from etcd. If these requests \
         fail, leases are lost, controllers restart, and report the individual requests that \
         failed.",
    )
    .fix("Check etcd: its members, its disks and the network between the control-plane nodes.")
    .run(&["oc get pods -n openshift-etcd -o wide"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table"]);

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let failed = logged.at_least_hourly(10);
    let last: Vec<_> = failed.hits.iter().map(|hits| &*hits.last.text).collect();
    let summary = format!(
        "etcd returns errors to the kube-apiserver, {}: {}, logged by {}",
        failed.frequency(),
        last.first().and_then(|line| error(line)).unwrap_or_default(),
        name_list(&failed.writers(cx))
    );
    let finding = failed.finding(Subject::cluster("KubeAPIServer", "cluster"), summary)?;
    (failed.count() >= 20).then(|| finding.keywords(last.join("\n")))
}

/// The etcd error in a line: `etcdserver: request timed out`.
fn error(line: &str) -> Option<&str> {
    line.get(line.find("etcdserver: ")?..)?.split(['"', '}', ',', '\\']).next()
}
