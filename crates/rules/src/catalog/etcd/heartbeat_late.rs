//! Late etcd leader heartbeats.
//!
//! If the same members log slow disk writes, `etcd/slow-disk` covers it. Log lines older than an
//! hour are ignored.
//!
//! - etcd-io/etcd `server/etcdserver/raft.go`
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdHighFsyncDurations.md`

use crate::catalog::prelude::*;

/// Late heartbeats that stopped longer ago than this are ignored.
const RECENT: Span = Span::hours(1);
/// How long ago slow writes may have occurred to explain the late heartbeats.
const SLOW: Span = Span::hours(2);
/// Fewer late heartbeats than this are not reported.
const ENOUGH: u64 = 5;
/// Heartbeats that are late only once in a while are not a persistent problem.
const AN_HOUR: u64 = 2;

const LATE: LogPattern =
    LogPattern::new("leader failed to send out heartbeat on time", "openshift-etcd", "etcd");
const SLOW_WRITE: LogPattern = LogPattern::new("slow fdatasync", "openshift-etcd", "etcd");

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Log(&LATE)])
    .reads(&[Need::Log(&SLOW_WRITE), Need::Kind(&POD)])
    .check(check)
    .why(
        "Followers consider the leader lost if they receive no heartbeat for about a second, \
         and elect a new one. During the election every write in the cluster waits or fails.",
    )
    .fix(
        "Something prevented the leader from sending its heartbeats in time. Check the CPU of \
         its node first, because no slow disk writes were logged: too many requests, another \
         workload that uses the CPU, or an overcommitted hypervisor.",
    )
    .run(&["oc adm top nodes"])
    .verify(&["oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'heartbeat on time'"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let late = LogOccurrences::recent(cx, &LATE, RECENT).at_least_hourly(AN_HOUR);
    let has_slow_disk = LogOccurrences::recent(cx, &SLOW_WRITE, SLOW).count() >= 3;
    let mut evidence = late.evidence();
    let Some(first) = evidence.next().filter(|_| late.count() >= ENOUGH && !has_slow_disk) else {
        return Ok(Checked::over(late.examined(cx), None));
    };
    let places = late.writers(cx);
    let summary = format!(
        "etcd leader sent its heartbeats too late, {}, as logged by {}",
        late.frequency(),
        name_list(&places)
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .possible(
            "no slow disk writes were logged, so the cause is either a busy CPU or disk writes \
                   that take less than a second",
        )
        .since(late.since())
        .keywords(format!("leader failed to send out heartbeat on time {}", places.join(" ")))
        .evidence(evidence);
    Ok(Checked::over(1, vec![finding]))
}
