//! `rpm-ostree` failure on a node.
//!
//! The message is in an annotation of the node and in the condition of the pool, truncated to 2000
//! characters. The log of the machine-config-daemon contains more details.
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go`,
//!   `pkg/daemon/update.go`, `pkg/daemon/rpm-ostree.go`
//! - <https://github.com/okd-project/okd/issues/2275>

use crate::catalog::prelude::*;

/// The daemon logs each attempt. Source: `pkg/daemon/update.go`.
const LOGGED: LogPattern = LogPattern::new(
    "error running rpm-ostree",
    "openshift-machine-config-operator",
    "machine-config-daemon",
);

/// The same in releases before 4.12.
const LOGGED_BEFORE: LogPattern = LogPattern::new(
    "failed to execute rpm-ostree",
    "openshift-machine-config-operator",
    "machine-config-daemon",
);

/// Older log lines are ignored.
const RECENT: Span = Span::hours(2);

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[Need::Kind(&POD), Need::Log(&LOGGED), Need::Log(&LOGGED_BEFORE)])
    .check(check)
    .why(
        "The machine-config-daemon updates the operating system with rpm-ostree. This failed: \
         the image cannot be pulled, the disk is full, layered packages conflict, or another \
         transaction hangs. The node is Degraded and the update is retried. Its pool is stuck \
         until this succeeds.",
    )
    .fix(
        "Check the last error of rpm-ostree. Pull errors have the same causes as for any image: \
         registry, pull secret, proxy. Conflicts are caused by packages that were layered \
         manually.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_degraded_nodes(cx, DegradedReason::RpmOstree, |degraded| finding(cx, degraded))
}

fn finding(cx: &RuleContext<'_>, degraded: &DegradedNode<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let summary =
        format!("rpm-ostree fails on node {node}: {}", excerpt(last_error(&degraded.message)));
    let logged = [&LOGGED, &LOGGED_BEFORE]
        .into_iter()
        .flat_map(|pattern| cx.log_hits(pattern))
        .filter(|hits| runs_on(cx, &hits.pod, node) && !cx.is_older(hits.last.time, RECENT))
        .map(|hits| Evidence::logged(LOGGED.namespace, hits));
    let finding = degraded.finding(summary)?.evidence(logged);
    Some(
        finding
            .run(format!("oc debug node/{node} -- chroot /host rpm-ostree status"))
            .run(format!(
                "oc debug node/{node} -- chroot /host journalctl -u rpm-ostreed --since -1h"
            ))
            .verify("oc get machineconfigpools"),
    )
}

/// What follows the last `error: `, which is the message of rpm-ostree.
fn last_error(text: &str) -> &str {
    text.rsplit_once("error: ").map_or(text, |(_, last)| last)
}

fn runs_on(cx: &RuleContext<'_>, pod: &str, node: &str) -> bool {
    cx.find::<Pod<'_>>(LOGGED.namespace, pod).is_some_and(|pod| pod.node().as_deref() == Some(node))
}
