//! Slow etcd disks.
//!
//! Rotated logs are not available. Log lines older than two hours are ignored. A write that takes
//! less than a second is not logged, although 10 ms at the 99th percentile is already too slow for
//! etcd. Only the metrics show this.
//!
//! - etcd-io/etcd `server/storage/wal/wal.go` ("slow fdatasync"), `server/etcdserver/raft.go`
//!   ("leader failed to send out heartbeat on time")
//! - openshift/cluster-etcd-operator `pkg/operator/metriccontroller/fsync_controller.go`

use crate::catalog::prelude::*;

/// Log lines that stopped longer ago than this are ignored.
const RECENT: Span = Span::hours(2);
/// Fewer slow writes than this are not reported.
const ENOUGH: u64 = 3;

const SLOW_WRITE: LogPattern = LogPattern::new("slow fdatasync", "openshift-etcd", "etcd");

const LATE_HEARTBEAT: LogPattern =
    LogPattern::new("leader failed to send out heartbeat on time", "openshift-etcd", "etcd");

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[
        Need::Log(&SLOW_WRITE),
        Need::Log(&LATE_HEARTBEAT),
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&POD),
    ])
    .check(check)
    .why(
        "etcd writes every change to disk before it answers. If a write takes longer than a \
         second, requests time out, and the leader misses its heartbeats until the members \
         elect a new one. The API is unstable, and operators report failed requests.",
    )
    .fix(
        "Use faster disks for the control-plane nodes, or move other workloads that write to \
         these disks. On virtual machines, check the underlying storage: other virtual \
         machines, snapshots, backups.",
    )
    .verify(&["oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'slow fdatasync'"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let logs = cx.snapshot().logs_scanned(&SLOW_WRITE);
    let report = ConditionReport::of(cx, &OPERATOR_ETCD, "etcd", "FSyncControllerDegraded")
        .bad()
        // The same condition also carries errors of the query itself.
        .filter(|reported| reported.keywords().contains("known thresholds"));
    let slow = recent(cx, &SLOW_WRITE);
    let late = recent(cx, &LATE_HEARTBEAT);
    let writes: u64 = slow.iter().map(|hits| hits.count).sum();
    let mut evidence: Vec<_> = report
        .iter()
        .map(|reported| reported.evidence("the etcd operator measured slow writes"))
        .collect();
    if writes >= ENOUGH {
        evidence.extend(slow.iter().map(|hits| Evidence::logged(SLOW_WRITE.namespace, hits)));
    }
    if evidence.is_empty() {
        return if logs > 0 { Ok(Checked::over(logs, None)) } else { Err(NotJudged::from(gap(cx))) };
    }
    evidence.extend(late.iter().map(|hits| Evidence::logged(LATE_HEARTBEAT.namespace, hits)));
    let mut places: Vec<String> = slow.iter().map(|hits| place(cx, hits)).collect();
    places.sort();
    places.dedup();
    let summary = match (&report, places.is_empty()) {
        (Some(reported), true) => {
            format!(
                "disks are too slow for etcd: {}",
                excerpt(reported.message.trim_end_matches([',', ' ']))
            )
        }
        _ => format!(
            "disks are too slow for etcd on {}: {writes} writes took more than one second",
            name_list_up_to(&places, 5)
        ),
    };
    let since = slow.iter().filter_map(|hits| hits.first.time).min();
    let mut evidence = evidence.into_iter();
    let Some(first) = evidence.next() else { return Ok(Checked::over(logs, None)) };
    let finding = Finding::new(subject(&slow), summary, first)
        .severity(severity(cx, report.is_some() || !late.is_empty(), writes, since))
        .certainty(if report.is_some() || !late.is_empty() {
            Certainty::Certain
        } else {
            Certainty::Likely
        })
        .uncertainty("no late heartbeats were logged and the etcd operator reports no slow writes")
        .since(since.or_else(|| report.as_ref()?.since()))
        .keywords(format!("slow fdatasync {}", places.join(", ")))
        .evidence(evidence);
    Ok(Checked::over(1, vec![finding]))
}

/// The hits with a recent last line.
fn recent<'s>(cx: &RuleContext<'s>, pattern: &'static LogPattern) -> Vec<&'s LogHits> {
    cx.log_hits(pattern)
        .filter(|hits| cx.age(hits.last.time).is_some_and(|age| age <= RECENT))
        .collect()
}

/// An error if slow writes are frequent, or if they have visible effects.
fn severity(cx: &RuleContext<'_>, is_felt: bool, writes: u64, since: Option<Time>) -> Severity {
    let hours = cx.age(since).map_or(1, |age| age.seconds() / 3600 + 1);
    let often = i64::try_from(writes).is_ok_and(|writes| writes >= hours.saturating_mul(3));
    if is_felt || often { Error } else { Warning }
}

fn place(cx: &RuleContext<'_>, hits: &LogHits) -> String {
    match cx.find::<Pod<'_>>(SLOW_WRITE.namespace, &hits.pod).and_then(Pod::node) {
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

fn gap(cx: &RuleContext<'_>) -> Gap {
    let kind =
        if cx.coverage().is_truncated() { GapKind::Truncated } else { GapKind::NotCollected };
    Gap::new(kind, "logs of container etcd in openshift-etcd: not collected")
        .command("oc adm inspect ns/openshift-etcd")
}
