//! Disks too slow for etcd.
//!
//! # Why it matters
//!
//! etcd writes every change to disk before it answers. Where a write takes more than a second,
//! requests time out, the leader misses its heartbeats and the members elect another: the API
//! stutters, and operators report whatever request of theirs failed.
//!
//! # What to do
//!
//! Give the control-plane nodes faster disks, or take whatever else writes to them away. On
//! virtual machines look at the storage below: neighbours, snapshots, backups.
//!
//! # Blind spots
//!
//! Logs reach back only as far as they were not rotated. Lines older than two hours are history
//! and are not reported. A write of less than a second is not logged, though 10 ms is already
//! too slow for etcd at the 99th percentile: that only the metrics tell.
//!
//! # References
//!
//! - etcd-io/etcd `server/storage/wal/wal.go` ("slow fdatasync"), `server/etcdserver/raft.go`
//!   ("leader failed to send out heartbeat on time")
//! - openshift/cluster-etcd-operator `pkg/operator/metriccontroller/fsync_controller.go`

use mustknow_gather::kinds::{OPERATOR_ETCD, POD, Pod};
use mustknow_gather::log::{LogHits, LogPattern};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::facts::{Report, enumerate, excerpt};

/// What ended longer ago is history.
const RECENT: Span = Span::hours(2);
/// Fewer slow writes than these are an accident.
const ENOUGH: u64 = 3;

static SLOW_WRITE: LogPattern = LogPattern::new("slow fdatasync", "openshift-etcd", "etcd");

static LATE_HEARTBEAT: LogPattern =
    LogPattern::new("leader failed to send out heartbeat on time", "openshift-etcd", "etcd");

pub(super) static META: Meta = Meta {
    id: "etcd/slow-disk",
    title: "disks too slow for etcd",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Log(&SLOW_WRITE),
        Need::Log(&LATE_HEARTBEAT),
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&POD),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let logs = case.snapshot().logs_scanned(&SLOW_WRITE);
    let report = Report::of(case, &OPERATOR_ETCD, "etcd", "FSyncControllerDegraded")
        .bad()
        // The same condition also carries errors of the query itself.
        .filter(|reported| reported.words().contains("known thresholds"));
    let slow = recent(case, &SLOW_WRITE);
    let late = recent(case, &LATE_HEARTBEAT);
    let writes: u64 = slow.iter().map(|hits| hits.count).sum();
    let mut evidence: Vec<_> = report
        .iter()
        .map(|reported| reported.evidence("the etcd operator measured the writes"))
        .collect();
    if writes >= ENOUGH {
        evidence.extend(slow.iter().map(|hits| Evidence::logged(SLOW_WRITE.namespace, hits)));
    }
    if evidence.is_empty() {
        return if logs > 0 {
            Verdict::Healthy { examined: logs }
        } else {
            Verdict::Unknown(gap(case))
        };
    }
    evidence.extend(late.iter().map(|hits| Evidence::logged(LATE_HEARTBEAT.namespace, hits)));
    let mut places: Vec<String> = slow.iter().map(|hits| place(case, hits)).collect();
    places.sort();
    places.dedup();
    let summary = match (&report, places.is_empty()) {
        (Some(reported), true) => {
            format!(
                "the disks are too slow for etcd: {}",
                excerpt(reported.message.trim_end_matches([',', ' ']))
            )
        }
        _ => format!(
            "the disks are too slow for etcd on {}: {writes} writes took more than a second",
            enumerate(&places, 5)
        ),
    };
    let since = slow.iter().filter_map(|hits| hits.first.time).min();
    let mut evidence = evidence.into_iter();
    let Some(first) = evidence.next() else { return Verdict::Healthy { examined: logs } };
    let finding = Finding::new(subject(&slow), summary, first)
        .severity(severity(case, report.is_some() || !late.is_empty(), writes, since))
        .certainty(if report.is_some() || !late.is_empty() {
            Certainty::Certain
        } else {
            Certainty::Likely
        })
        .doubt("no heartbeat is late and the etcd operator does not complain")
        .since(since.or_else(|| report.as_ref()?.since()))
        .why(
            "etcd writes every change to disk before it answers. While it waits, requests time \
             out and heartbeats are late, until the members elect another leader.",
        )
        .saying(format!("slow fdatasync {}", places.join(", ")))
        .evidence(evidence)
        .remedy(
            Remedy::new(
                "Give the control-plane nodes faster disks, or take away what else writes to them.",
            )
            .verify("oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'slow fdatasync'"),
        );
    Verdict::Found(vec![finding])
}

/// The hits whose last line is young enough.
fn recent<'s>(case: &Case<'s>, pattern: &'static LogPattern) -> Vec<&'s LogHits> {
    case.log_hits(pattern)
        .filter(|hits| case.age(hits.last.time).is_some_and(|age| age <= RECENT))
        .collect()
}

/// An error when writes are slow often, or slow enough to be felt.
fn severity(case: &Case<'_>, is_felt: bool, writes: u64, since: Option<Time>) -> Severity {
    let hours = case.age(since).map_or(1, |age| age.seconds() / 3600 + 1);
    let often = i64::try_from(writes).is_ok_and(|writes| writes >= hours.saturating_mul(3));
    if is_felt || often { Severity::Error } else { Severity::Warning }
}

fn place(case: &Case<'_>, hits: &LogHits) -> String {
    match case.find::<Pod<'_>>(SLOW_WRITE.namespace, &hits.pod).and_then(Pod::node) {
        Some(node) => format!("node {node}"),
        None => format!("Pod/{}/{}", SLOW_WRITE.namespace, hits.pod),
    }
}

fn subject(slow: &[&LogHits]) -> Subject {
    match slow.first() {
        Some(first) if slow.iter().all(|hits| hits.pod == first.pod) => {
            Subject::namespaced("Pod", SLOW_WRITE.namespace, &*first.pod)
        }
        _ => Subject::cluster("Etcd", "cluster"),
    }
}

fn gap(case: &Case<'_>) -> Gap {
    let kind =
        if case.coverage().is_truncated() { GapKind::Truncated } else { GapKind::NotCollected };
    Gap::new(kind, "logs of container etcd in openshift-etcd: not collected")
        .ask("oc adm inspect ns/openshift-etcd")
}
