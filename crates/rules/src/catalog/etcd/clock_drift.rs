//! Clock drift between control-plane nodes.
//!
//! The log line contains the ID of the remote member and does not show which of the two clocks is
//! wrong. Which of the two numbers in the line is the drift depends on the etcd release, so the
//! line is quoted but not parsed. Log lines older than two hours are ignored.
//!
//! - etcd-io/etcd `server/etcdserver/api/rafthttp/probing_status.go`

use crate::catalog::prelude::*;

/// Clock drift that was last logged longer ago than this is ignored.
const RECENT: Span = Span::hours(2);
/// A clock adjustment causes one or two lines. A persistent drift is logged twice a minute.
const ENOUGH: u64 = 3;

const DRIFT: LogPattern =
    LogPattern::new("prober found high clock drift", "openshift-etcd", "etcd");

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Log(&DRIFT)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "Leases, certificates and the order of events depend on clocks. If the clocks of the \
         nodes differ, nodes lose leases that they hold, reject valid certificates, and write \
         logs that cannot be compared.",
    )
    .fix("Make sure that chrony reaches a time source on every control-plane node.")
    .run(&["oc debug node/<node> -- chroot /host chronyc tracking"])
    .verify(&["oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'clock drift'"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let recent: Vec<_> = cx
        .log_hits(&DRIFT)
        .filter(|hits| cx.age(hits.last.time).is_some_and(|age| age <= RECENT))
        .collect();
    let lines: u64 = recent.iter().map(|hits| hits.count).sum();
    let mut evidence = recent.iter().map(|hits| Evidence::logged(DRIFT.namespace, hits));
    let Some(first) = evidence.next().filter(|_| lines >= ENOUGH) else {
        return Ok(Checked::over(cx.snapshot().logs_scanned(&DRIFT), None));
    };
    let mut places: Vec<String> = recent
        .iter()
        .map(|hits| match cx.find::<Pod<'_>>(DRIFT.namespace, &hits.pod).and_then(Pod::node) {
            Some(node) => format!("node {node}"),
            None => format!("Pod/{}/{}", DRIFT.namespace, hits.pod),
        })
        .collect();
    places.sort();
    places.dedup();
    let summary = format!(
        "clocks of control-plane nodes differ by more than one second, as seen from {}",
        name_list_up_to(&places, 5)
    );
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .since(recent.iter().filter_map(|hits| hits.first.time).min())
        .keywords(format!("prober found high clock drift {}", places.join(", ")))
        .evidence(evidence);
    Ok(Checked::over(1, vec![finding]))
}
