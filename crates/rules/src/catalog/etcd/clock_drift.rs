//! Clock drift between control-plane nodes.
//!
//! The log line contains the ID of the remote member and does not show which of the two clocks is
//! wrong. Which of the two numbers in the line is the drift depends on the etcd release.
//!
//! - etcd-io/etcd `server/etcdserver/api/rafthttp/probing_status.go`

use crate::catalog::prelude::*;

const DRIFT: LogPattern = LogPattern::in_any("prober found high clock drift", ETCD_LOGS);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .log(&[DRIFT], Span::hours(2), |cx, drift| {
        let places = drift.nodes(cx);
        let summary = format!(
            "clocks of control-plane nodes differ by more than one second, as seen from {}",
            name_list_up_to(&places, 5)
        );
        let finding = drift.finding(Subject::cluster("Etcd", "cluster"), summary)?;
        // An adjustment of a clock causes one or two lines; a drift is logged twice a minute.
        (drift.count() >= 3)
            .then(|| finding.keywords(format!("{} {}", DRIFT.literal, places.join(", "))))
    })
    .reads(&[Need::Kind(&POD)])
    .at_once("the drift is logged repeatedly")
    .why(
        "Leases, certificates and the order of events depend on clocks. If the clocks of the \
         nodes differ, nodes lose leases that they hold, reject valid certificates, and write \
         logs that cannot be compared.",
    )
    .fix("Make sure that chrony reaches a time source on every control-plane node.")
    .run(&["oc debug node/<node> -- chroot /host chronyc tracking"])
    .verify(&["oc logs -n openshift-etcd -c etcd etcd-<node> | grep 'clock drift'"]);
