//! Slow etcd requests (more than one second).
//!
//! etcd logs every request that takes longer than 100 ms. Requests that take less than a second are
//! ignored here, because every cluster has some.
//!
//! - etcd-io/etcd `server/etcdserver/txn/util.go` ("apply request took too long"),
//!   `server/etcdserver/read/read.go` ("waiting for ReadIndex response took too long, retrying")

use crate::catalog::prelude::*;

const SLOW: LogPattern = LogPattern::in_any("apply request took too long", ETCD_LOGS)
    .matching(r#""took":"([0-9]+m)?[0-9.]+s""#);
const NO_INDEX: LogPattern =
    LogPattern::in_any("waiting for ReadIndex response took too long, retrying", ETCD_LOGS);

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Log(&SLOW)])
    .reads(&[Need::Log(&NO_INDEX), Need::Kind(&POD)])
    .check(|cx| Ok(check(cx)))
    .at_once("the number of slow requests shows that it is no restart")
    .why(
        "Every API request depends on etcd. If etcd takes seconds to answer, leases are lost, \
         watches break, and controllers restart or report failed requests.",
    )
    .fix(
        "Find out what slows down etcd: its disks, its CPU, the network between the members, or \
         a resource with a very large number of objects that a client lists repeatedly.",
    )
    .run(&["oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'took too long'"])
    .verify(&["oc adm top pods -n openshift-etcd"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let recent =
        |pattern| LogOccurrences::recent(cx, pattern, Span::minutes(30)).at_least_hourly(10);
    let (slow, waiting) = (recent(&SLOW), recent(&NO_INDEX));
    let mut places = [slow.writers(cx), waiting.writers(cx)].concat();
    places.sort();
    places.dedup();
    let lines = slow.count() + waiting.count();
    let since = slow.since().into_iter().chain(waiting.since()).min();
    let span = since.zip(slow.last().max(waiting.last()));
    let span = span.map(|(first, last)| format!(" from {} to {}", seconds(first), seconds(last)));
    let summary = format!(
        "etcd took more than one second for {lines} requests{}, as logged by {}",
        span.unwrap_or_default(),
        name_list(&places)
    );
    let evidence = slow.evidence().chain(waiting.evidence());
    // A compaction or a restart of a member slows down fewer requests.
    let finding = Finding::based_on(Subject::cluster("Etcd", "cluster"), summary, evidence)
        .filter(|_| lines >= 20)
        .map(|finding| {
            let keywords = format!("apply request took too long {}", places.join(" "));
            finding.since(since).keywords(keywords)
        });
    Checked::over(slow.examined(cx), finding)
}
