//! Slow etcd requests (more than one second).
//!
//! # Why it matters
//!
//! Every API request depends on etcd. If etcd takes seconds to answer, leases are lost, watches
//! break, and operators restart or report failed requests.
//!
//! # What to do
//!
//! Find out what slows down etcd: its disks, its CPU, the network between the members, or a
//! resource with a very large number of objects that a client lists repeatedly.
//!
//! # Blind spots
//!
//! etcd logs every request that takes longer than 100 ms. Requests that take less than a second are
//! ignored here, because every cluster has some. Log lines older than half an hour are ignored.
//!
//! # References
//!
//! - etcd-io/etcd `server/etcdserver/txn/util.go` ("apply request took too long"),
//!   `server/etcdserver/read/read.go` ("waiting for ReadIndex response took too long, retrying")

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::log::LogPattern;

use crate::catalog::prelude::*;
use crate::engine::evidence::seconds;
use crate::engine::name_list;
use crate::signals::LogOccurrences;

/// Slow requests that stopped longer ago than this are ignored.
const RECENT: Span = Span::minutes(30);
/// A compaction or a restart of a member slows down fewer requests.
const ENOUGH: u64 = 20;
/// Occasional slow requests are not a persistent problem.
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
    title: "slow etcd requests (more than one second)",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Log(&SLOW)],
    uses: &[Need::Log(&NO_INDEX), Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let slow = LogOccurrences::recent(cx, &SLOW, RECENT).at_least_hourly(AN_HOUR);
    let waiting = LogOccurrences::recent(cx, &NO_INDEX, RECENT).at_least_hourly(AN_HOUR);
    let mut evidence = slow.evidence().chain(waiting.evidence());
    let Some(first) = evidence.next().filter(|_| slow.count() + waiting.count() >= ENOUGH) else {
        return Verdict::Healthy { examined: slow.examined(cx) };
    };
    let mut places = [slow.writers(cx), waiting.writers(cx)].concat();
    places.sort();
    places.dedup();
    let lines = slow.count() + waiting.count();
    let since = slow.since().into_iter().chain(waiting.since()).min();
    let last = slow.last().max(waiting.last());
    let span = since
        .zip(last)
        .map(|(first, last)| format!(" from {} to {}", seconds(first), seconds(last)));
    let summary = format!(
        "etcd took more than one second for {lines} requests{}, as logged by {}",
        span.unwrap_or_default(),
        name_list(&places)
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .since(since)
        .why(
            "Every API request depends on etcd. While etcd is slow, leases are lost and requests \
             time out.",
        )
        .keywords(format!("apply request took too long {}", places.join(" ")))
        .evidence(evidence)
        .remedy(
            Remedy::new(
                "Find out what slows down etcd: disk, CPU, network, or a resource with a very \
                 large number of objects.",
            )
            .command("oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'took too long'")
            .verify("oc adm top pods -n openshift-etcd"),
        );
    Verdict::Found(vec![finding])
}
