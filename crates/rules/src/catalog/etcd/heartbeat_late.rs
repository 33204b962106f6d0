//! Late etcd leader heartbeats.
//!
//! If the same members log slow disk writes, `etcd/slow-disk` covers it.
//!
//! - etcd-io/etcd `server/etcdserver/raft.go`
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdHighFsyncDurations.md`

use super::slow_disk::{LATE_HEARTBEAT, SLOW_WRITE};
use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .log(&[LATE_HEARTBEAT], Span::hours(1), finding)
    .reads(&[Need::Log(&SLOW_WRITE), Need::Kind(&POD)])
    .at_once("several in each hour are not a coincidence")
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

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let late = logged.at_least_hourly(2);
    let slow = LogOccurrences::recent(cx, &SLOW_WRITE, Span::hours(2));
    if late.count() < 5 || slow.count() >= 3 {
        return None;
    }
    let places = late.writers(cx);
    let summary = format!(
        "etcd leader sent its heartbeats too late, {}, as logged by {}",
        late.frequency(),
        name_list(&places)
    );
    let finding = late.finding(Subject::cluster("Etcd", "cluster"), summary)?;
    Some(finding.keywords(format!("{} {}", LATE_HEARTBEAT.literal, places.join(" "))).possible(
        "no slow disk writes were logged, so the cause is either a busy CPU or disk writes that \
         take less than a second",
    ))
}
