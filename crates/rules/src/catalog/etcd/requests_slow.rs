//! Requests that etcd takes more than a second for.
//!
//! # Why it matters
//!
//! Every request to the API ends in etcd. Where that takes seconds, leases are lost, watches break
//! off, and operators restart or report whatever call of theirs failed.
//!
//! # What to do
//!
//! Look for what slows etcd down: its disks, its CPU, the network between the members, or one
//! resource with a very large number of objects that somebody lists again and again.
//!
//! # Blind spots
//!
//! etcd logs every request of more than a tenth of a second; those below a second are left out
//! here, since each cluster has some. Lines older than half an hour are history.
//!
//! # References
//!
//! - etcd-io/etcd `server/etcdserver/txn/util.go` ("apply request took too long"),
//!   `server/etcdserver/read/read.go` ("waiting for ReadIndex response took too long, retrying")

use mustknow_gather::kinds::POD;
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{Logged, few};

/// What ended longer ago is history.
const RECENT: Span = Span::minutes(30);
/// A compaction or a member that restarts slows a few.
const ENOUGH: u64 = 20;
/// What comes now and then is no state.
const AN_HOUR: u64 = 10;

static SLOW: LogPattern = LogPattern::new("apply request took too long", "openshift-etcd", "etcd")
    .matching(r#""took":"([0-9]+m)?[0-9.]+s""#);
static NO_INDEX: LogPattern = LogPattern::new(
    "waiting for ReadIndex response took too long, retrying",
    "openshift-etcd",
    "etcd",
);

pub(super) static META: Meta = Meta {
    id: "etcd/requests-slow",
    title: "requests that etcd takes more than a second for",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&SLOW)],
    uses: &[Need::Log(&NO_INDEX), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let slow = Logged::recent(case, &SLOW, RECENT).often(AN_HOUR);
    let waiting = Logged::recent(case, &NO_INDEX, RECENT).often(AN_HOUR);
    let mut evidence = slow.evidence().chain(waiting.evidence());
    let Some(first) = evidence.next().filter(|_| slow.count() + waiting.count() >= ENOUGH) else {
        return Verdict::Healthy { examined: slow.examined(case) };
    };
    let mut places = [slow.places(case), waiting.places(case)].concat();
    places.sort();
    places.dedup();
    let lines = slow.count() + waiting.count();
    let since = slow.since().into_iter().chain(waiting.since()).min();
    let last = slow.last().max(waiting.last());
    let span = since
        .zip(last)
        .map(|(first, last)| format!(" from {} to {}", seconds(first), seconds(last)));
    let summary = format!(
        "etcd took more than a second for {lines} requests{}, as logged by {}",
        span.unwrap_or_default(),
        few(&places)
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .since(since)
        .why(
            "Every request to the API ends in etcd: while it is slow, leases are lost and calls \
             time out.",
        )
        .saying(format!("apply request took too long {}", places.join(" ")))
        .evidence(evidence)
        .remedy(
            Remedy::new(
                "Find what slows etcd down: disk, CPU, network, or a resource with very many \
                 objects.",
            )
            .command("oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'took too long'")
            .verify("oc adm top pods -n openshift-etcd"),
        );
    Verdict::Found(vec![finding])
}
