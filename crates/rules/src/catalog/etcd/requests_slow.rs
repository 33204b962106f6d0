//! Slow etcd requests (more than one second).
//!
//! etcd logs every request that takes longer than 100 ms. Requests that take less than a second are
//! ignored here, because every cluster has some. Log lines older than half an hour are ignored.
//!
//! - etcd-io/etcd `server/etcdserver/txn/util.go` ("apply request took too long"),
//!   `server/etcdserver/read/read.go` ("waiting for ReadIndex response took too long, retrying")

use crate::catalog::prelude::*;

/// Slow requests that stopped longer ago than this are ignored.
const RECENT: Span = Span::minutes(30);
/// A compaction or a restart of a member slows down fewer requests.
const ENOUGH: u64 = 20;
/// Occasional slow requests are not a persistent problem.
const AN_HOUR: u64 = 10;

const SLOW: LogPattern = LogPattern::new("apply request took too long", "openshift-etcd", "etcd")
    .matching(r#""took":"([0-9]+m)?[0-9.]+s""#);
const NO_INDEX: LogPattern = LogPattern::new(
    "waiting for ReadIndex response took too long, retrying",
    "openshift-etcd",
    "etcd",
);

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::Log(&SLOW)])
    .reads(&[Need::Log(&NO_INDEX), Need::Kind(&POD)])
    .check(check)
    .why(
        "Every API request depends on etcd. If etcd takes seconds to answer, leases are lost, \
         watches break, and operators restart or report failed requests.",
    )
    .fix(
        "Find out what slows down etcd: its disks, its CPU, the network between the members, or \
         a resource with a very large number of objects that a client lists repeatedly.",
    )
    .run(&["oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'took too long'"])
    .verify(&["oc adm top pods -n openshift-etcd"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let slow = LogOccurrences::recent(cx, &SLOW, RECENT).at_least_hourly(AN_HOUR);
    let waiting = LogOccurrences::recent(cx, &NO_INDEX, RECENT).at_least_hourly(AN_HOUR);
    let mut evidence = slow.evidence().chain(waiting.evidence());
    let Some(first) = evidence.next().filter(|_| slow.count() + waiting.count() >= ENOUGH) else {
        return Ok(Checked::over(slow.examined(cx), None));
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
        .keywords(format!("apply request took too long {}", places.join(" ")))
        .evidence(evidence);
    Ok(Checked::over(1, vec![finding]))
}
