//! `rpm-ostree` failure on a node.
//!
//! The log of the machine-config-daemon contains more details.
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

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[Need::Kind(&POD), Need::Log(&LOGGED), Need::Log(&LOGGED_BEFORE)])
    .check(|cx| {
        judge_degraded_nodes(cx, DegradedReason::RpmOstree, |degraded| {
            let DegradedNode { node, message, .. } = degraded;
            // The message of rpm-ostree itself is at the end.
            let last = message.rsplit_once("error: ").map_or(&**message, |(_, last)| last);
            let summary = format!("rpm-ostree fails on node {node}: {}", excerpt(last));
            let lines = daemon_lines(cx, node, &[&LOGGED, &LOGGED_BEFORE], Span::hours(2));
            Some(degraded.finding(summary)?.evidence(lines))
        })
    })
    .at_once("the node stays degraded until an attempt succeeds")
    .why(
        "The machine-config-daemon updates the operating system with rpm-ostree. This failed: \
         the image cannot be pulled, the disk is full, layered packages conflict, or another \
         transaction hangs. The node stays Degraded and its pool stuck until another attempt \
         succeeds.",
    )
    .fix(
        "Check the last error of rpm-ostree. Pull errors have the same causes as for any image: \
         registry, pull secret, proxy. Conflicts are caused by packages that were layered \
         manually.",
    )
    .run(&[
        "oc debug node/{name} -- chroot /host rpm-ostree status",
        "oc debug node/{name} -- chroot /host journalctl -u rpm-ostreed --since -1h",
    ])
    .verify(&["oc get machineconfigpools"]);
