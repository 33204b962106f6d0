//! Clock drift between control-plane nodes.
//!
//! # Why it matters
//!
//! Leases, certificates and the order of events depend on clocks. If the clocks of the nodes
//! differ, nodes lose leases that they hold, reject valid certificates, and write logs that cannot
//! be compared.
//!
//! # What to do
//!
//! Make sure that chrony reaches a time source on every control-plane node.
//!
//! # Blind spots
//!
//! The log line contains the ID of the remote member and does not show which of the two clocks is
//! wrong. Which of the two numbers in the line is the drift depends on the etcd release, so the
//! line is quoted but not parsed. Log lines older than two hours are ignored.
//!
//! # References
//!
//! - etcd-io/etcd `server/etcdserver/api/rafthttp/probing_status.go`

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::engine::name_list_up_to;

/// Clock drift that was last logged longer ago than this is ignored.
const RECENT: Span = Span::hours(2);
/// A clock adjustment causes one or two lines. A persistent drift is logged twice a minute.
const ENOUGH: u64 = 3;

static DRIFT: LogPattern =
    LogPattern::new("prober found high clock drift", "openshift-etcd", "etcd");

pub(super) static META: Meta = Meta {
    id: "etcd/clock-drift",
    title: "clock drift between control-plane nodes",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&DRIFT)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let recent: Vec<_> = cx
        .log_hits(&DRIFT)
        .filter(|hits| cx.age(hits.last.time).is_some_and(|age| age <= RECENT))
        .collect();
    let lines: u64 = recent.iter().map(|hits| hits.count).sum();
    let mut evidence = recent.iter().map(|hits| Evidence::logged(DRIFT.namespace, hits));
    let Some(first) = evidence.next().filter(|_| lines >= ENOUGH) else {
        return Verdict::Healthy { examined: cx.snapshot().logs_scanned(&DRIFT) };
    };
    let mut places: Vec<String> = recent
        .iter()
        .map(|hits| match cx.find::<Pod<'_>>(DRIFT.namespace, &hits.pod).and_then(Pod::node) {
            Some(node) => format!("node {node}"),
            None => format!("Pod/{}/{}", DRIFT.namespace, hits.pod),
        })
        .collect();
    places.sort();
    places.dedup();
    let summary = format!(
        "clocks of control-plane nodes differ by more than one second, as seen from {}",
        name_list_up_to(&places, 5)
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .why(
            "Leases and certificates depend on clocks. If the clocks differ, nodes lose leases \
             that they hold and reject valid certificates.",
        )
        .since(recent.iter().filter_map(|hits| hits.first.time).min())
        .keywords(format!("prober found high clock drift {}", places.join(", ")))
        .evidence(evidence)
        .remedy(
            Remedy::new("Make sure that chrony reaches a time source on every control-plane node.")
                .command("oc debug node/<node> -- chroot /host chronyc tracking")
                .verify("oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'clock drift'"),
        );
    Verdict::Found(vec![finding])
}
