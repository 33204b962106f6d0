//! Clocks of control-plane nodes that differ by more than a second.
//!
//! # Why it matters
//!
//! Leases, certificates and the order of events all rest on clocks. Nodes whose clocks differ
//! lose leases they hold, refuse certificates that are valid, and write logs that cannot be
//! compared.
//!
//! # What to do
//!
//! Make chrony reach a time source from every control-plane node.
//!
//! # Blind spots
//!
//! The line names the remote member by its id and says nothing about which of both clocks is
//! wrong. Releases of etcd differ in which of the two numbers of the line is the drift, so the
//! line is quoted and not read. Lines older than two hours are history.
//!
//! # References
//!
//! - etcd-io/etcd `server/etcdserver/api/rafthttp/probing_status.go`

use mustknow_gather::kinds::{POD, Pod};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::enumerate;

/// What ended longer ago is history.
const RECENT: Span = Span::hours(2);
/// A clock is set now and then; the probe repeats twice a minute as long as the drift lasts.
const ENOUGH: u64 = 3;

static DRIFT: LogPattern =
    LogPattern::new("prober found high clock drift", "openshift-etcd", "etcd");

pub(super) static META: Meta = Meta {
    id: "etcd/clock-drift",
    title: "clocks of control-plane nodes that differ by more than a second",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&DRIFT)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let recent: Vec<_> = case
        .log_hits(&DRIFT)
        .filter(|hits| case.age(hits.last.time).is_some_and(|age| age <= RECENT))
        .collect();
    let lines: u64 = recent.iter().map(|hits| hits.count).sum();
    let mut evidence = recent.iter().map(|hits| Evidence::logged(DRIFT.namespace, hits));
    let Some(first) = evidence.next().filter(|_| lines >= ENOUGH) else {
        return Verdict::Healthy { examined: case.snapshot().logs_scanned(&DRIFT) };
    };
    let mut places: Vec<String> = recent
        .iter()
        .map(|hits| match case.find::<Pod<'_>>(DRIFT.namespace, &hits.pod).and_then(Pod::node) {
            Some(node) => format!("node {node}"),
            None => format!("Pod/{}/{}", DRIFT.namespace, hits.pod),
        })
        .collect();
    places.sort();
    places.dedup();
    let summary = format!(
        "the clocks of control-plane nodes differ by more than a second, as seen from {}",
        enumerate(&places, 5)
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .why(
            "Leases and certificates rest on clocks: where they differ, nodes lose leases they \
             hold and refuse certificates that are valid.",
        )
        .since(recent.iter().filter_map(|hits| hits.first.time).min())
        .saying(format!("prober found high clock drift {}", places.join(", ")))
        .evidence(evidence)
        .remedy(
            Remedy::new("Make chrony reach a time source from every control-plane node.")
                .command("oc debug node/<node> -- chroot /host chronyc tracking")
                .verify("oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'clock drift'"),
        );
    Verdict::Found(vec![finding])
}
