//! Slow etcd disks.
//!
//! Rotated logs are not available. A write that takes less than a second is not logged, although
//! 10 ms at the 99th percentile is already too slow for etcd. Only the metrics show this.
//!
//! - etcd-io/etcd `server/storage/wal/wal.go` ("slow fdatasync"), `server/etcdserver/raft.go`
//!   ("leader failed to send out heartbeat on time")
//! - openshift/cluster-etcd-operator `pkg/operator/metriccontroller/fsync_controller.go`

use crate::catalog::prelude::*;

pub(super) const SLOW_WRITE: LogPattern = LogPattern::in_any("slow fdatasync", ETCD_LOGS);
pub(super) const LATE_HEARTBEAT: LogPattern =
    LogPattern::in_any("leader failed to send out heartbeat on time", ETCD_LOGS);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .reads(&[
        Need::Log(&SLOW_WRITE),
        Need::Log(&LATE_HEARTBEAT),
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&POD),
    ])
    .check(|cx| Ok(check(cx)))
    .at_once("the number of slow writes shows that it is no coincidence")
    .why(
        "etcd writes every change to disk before it answers. If a write takes longer than a \
         second, requests time out, and the leader misses its heartbeats until the members \
         elect a new one. The API is unstable, and controllers report failed requests.",
    )
    .fix(
        "Use faster disks for the control-plane nodes, or move other workloads that write to \
         these disks. On virtual machines, check the underlying storage: other virtual \
         machines, snapshots, backups.",
    )
    .verify(&["oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'slow fdatasync'"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let measured = ConditionReport::of(cx, &OPERATOR_ETCD, "etcd", "FSyncControllerDegraded")
        .bad()
        // The same condition also carries errors of the query itself.
        .filter(|measured| measured.keywords().contains("known thresholds"));
    let slow = LogOccurrences::recent(cx, &SLOW_WRITE, Span::hours(2));
    let late = LogOccurrences::recent(cx, &LATE_HEARTBEAT, Span::hours(2));
    let places = slow.nodes(cx);
    let summary = match &measured {
        Some(measured) if places.is_empty() => {
            let detail = excerpt(measured.message.trim_end_matches([',', ' ']));
            format!("disks are too slow for etcd: {detail}")
        }
        _ => format!(
            "disks are too slow for etcd on {}: {} writes took more than one second",
            name_list_up_to(&places, 5),
            slow.count()
        ),
    };
    let evidence = measured.iter().map(|it| it.evidence("the etcd operator measured slow writes"));
    let evidence = evidence.chain(slow.evidence().filter(|_| slow.count() >= 3));
    let finding = Finding::based_on(subject(&slow), summary, evidence).map(|finding| {
        let is_felt = measured.is_some() || late.count() > 0;
        let is_frequent = slow.is_at_least_hourly(3);
        let uncertainty =
            "no late heartbeats were logged and the etcd operator reports no slow writes";
        let finding = if is_felt { finding } else { finding.likely(uncertainty) };
        finding
            .severity(if is_felt || is_frequent { Error } else { Warning })
            .since(slow.since().or_else(|| measured.as_ref()?.since()))
            .keywords(format!("slow fdatasync {}", places.join(", ")))
            .evidence(late.evidence())
    });
    Checked::over(slow.examined(cx), finding)
}

/// The pod, if only one logs slow writes.
fn subject(slow: &LogOccurrences<'_>) -> Subject {
    match slow.hits.as_slice() {
        [only] if !only.namespace.is_empty() => {
            Subject::namespaced("Pod", &*only.namespace, &*only.pod)
        }
        _ => Subject::cluster("Etcd", "cluster"),
    }
}
