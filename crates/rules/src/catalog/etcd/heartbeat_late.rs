//! An etcd leader that sends its heartbeats too late.
//!
//! # Why it matters
//!
//! The followers take a leader that is silent for about a second to be gone, and elect another.
//! While they do, every write of the cluster waits or fails.
//!
//! # What to do
//!
//! The leader was kept from its work. Look at the CPU of its node first, since its disk reports no
//! slow write: too many requests, a neighbour that takes the processor, a hypervisor without one to
//! spare.
//!
//! # Blind spots
//!
//! Where the same members log slow writes to disk, `etcd/slow-disk` says it all. Lines older than
//! an hour are history.
//!
//! # References
//!
//! - etcd-io/etcd `server/etcdserver/raft.go`
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdHighFsyncDurations.md`

use mustknow_gather::kinds::POD;
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, few};

/// What ended longer ago is history.
const RECENT: Span = Span::hours(1);
/// How long ago slow writes may have been to explain the heartbeats.
const SLOW: Span = Span::hours(2);
/// Fewer late heartbeats than these are an accident.
const ENOUGH: u64 = 5;
/// What comes once a day is no state.
const AN_HOUR: u64 = 2;

static LATE: LogPattern =
    LogPattern::new("leader failed to send out heartbeat on time", "openshift-etcd", "etcd");
static SLOW_WRITE: LogPattern = LogPattern::new("slow fdatasync", "openshift-etcd", "etcd");

pub(super) static META: Meta = Meta {
    id: "etcd/heartbeat-late",
    title: "an etcd leader that sends its heartbeats too late",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&LATE)],
    uses: &[Need::Log(&SLOW_WRITE), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let late = Logged::recent(case, &LATE, RECENT).often(AN_HOUR);
    let has_slow_disk = Logged::recent(case, &SLOW_WRITE, SLOW).count() >= 3;
    let mut evidence = late.evidence();
    let Some(first) = evidence.next().filter(|_| late.count() >= ENOUGH && !has_slow_disk) else {
        return Verdict::Healthy { examined: late.examined(case) };
    };
    let places = late.places(case);
    let summary = format!(
        "the etcd leader sent its heartbeats too late, {}, as logged by {}",
        late.span(),
        few(&places)
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .possible(
            "no slow write to disk was logged, and both a busy CPU and writes that take less \
                   than a second would fit",
        )
        .since(late.since())
        .why("Followers that hear nothing of the leader elect another; meanwhile writes wait.")
        .saying(format!("leader failed to send out heartbeat on time {}", places.join(" ")))
        .evidence(evidence)
        .remedy(
            Remedy::new("Look at the CPU and the disk of the leader's node.")
                .command("oc adm top nodes")
                .verify("oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'heartbeat on time'"),
        );
    Verdict::Found(vec![finding])
}
