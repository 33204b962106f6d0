//! A node whose operating system cannot be updated.
//!
//! # Why it matters
//!
//! The machine-config daemon updates the operating system with rpm-ostree. That failed: the image
//! cannot be pulled, the disk is full, layered packages conflict, another transaction hangs. The
//! node is Degraded and tried again; its pool stands still until it works.
//!
//! # What to do
//!
//! Follow the last words of rpm-ostree. Pull errors are those of any image: registry, pull secret,
//! proxy. Conflicts come from packages somebody layered by hand.
//!
//! # Blind spots
//!
//! The words stand in an annotation of the node and in the pool's condition, cut to 2000
//! characters. The daemon's log says more.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/daemon/daemon.go`, `pkg/daemon/writer.go`,
//!   `pkg/daemon/update.go`, `pkg/daemon/rpm-ostree.go`
//! - <https://github.com/okd-project/okd/issues/2275>

use mustknow_gather::kinds::{MACHINE_CONFIG_POOL, POD, Pod};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Complaint, Degraded, excerpt, judge_complaints};

/// The daemon logs each try. Source: `pkg/daemon/update.go`.
static LOGGED: LogPattern = LogPattern::new(
    "error running rpm-ostree",
    "openshift-machine-config-operator",
    "machine-config-daemon",
);

/// The same in releases before 4.12.
static LOGGED_BEFORE: LogPattern = LogPattern::new(
    "failed to execute rpm-ostree",
    "openshift-machine-config-operator",
    "machine-config-daemon",
);

/// What was logged longer ago is history.
const RECENT: Span = Span::hours(2);

pub(super) static META: Meta = Meta {
    id: "machineconfig/rpm-ostree-failed",
    title: "a node whose operating system cannot be updated",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[Need::Kind(&POD), Need::Log(&LOGGED), Need::Log(&LOGGED_BEFORE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_complaints(case, Complaint::RpmOstree, |degraded| finding(case, degraded))
}

fn finding(case: &Case<'_>, degraded: &Degraded<'_>) -> Option<Finding> {
    let node = &degraded.node;
    let summary =
        format!("rpm-ostree fails on node {node}: {}", excerpt(last_error(&degraded.text)));
    let logged = [&LOGGED, &LOGGED_BEFORE]
        .into_iter()
        .flat_map(|pattern| case.log_hits(pattern))
        .filter(|hits| runs_on(case, &hits.pod, node) && !case.is_older(hits.last.time, RECENT))
        .map(|hits| Evidence::logged(LOGGED.namespace, hits));
    let finding = degraded.finding(summary)?.evidence(logged).why(
        "The daemon updates the operating system of the node with rpm-ostree and tries again. \
         Until it works the node is Degraded and its pool stands still.",
    );
    Some(
        finding.remedy(
            Remedy::new("Mend what rpm-ostree names: the registry, the disk or layered packages.")
                .command(format!("oc debug node/{node} -- chroot /host rpm-ostree status"))
                .command(format!(
                    "oc debug node/{node} -- chroot /host journalctl -u rpm-ostreed --since -1h"
                ))
                .verify("oc get machineconfigpools"),
        ),
    )
}

/// What follows the last `error: `, which is rpm-ostree's own.
fn last_error(text: &str) -> &str {
    text.rsplit_once("error: ").map_or(text, |(_, last)| last)
}

fn runs_on(case: &Case<'_>, pod: &str, node: &str) -> bool {
    case.find::<Pod<'_>>(LOGGED.namespace, pod)
        .is_some_and(|pod| pod.node().as_deref() == Some(node))
}
