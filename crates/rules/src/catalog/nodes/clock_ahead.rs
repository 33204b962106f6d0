//! Node clocks ahead of the node that ran must-gather.
//!
//! # Why it matters
//!
//! A kubelet writes the time of its own clock into its lease. A renew time after the end of the
//! collection means that this clock runs ahead. Certificates issued on such a node are not yet
//! valid for other nodes, and leases it acquires appear to last longer than they do.
//!
//! # What to do
//!
//! Make sure that chrony on every node reaches a time source.
//!
//! # Blind spots
//!
//! If most nodes are ahead, the clock of the node that ran must-gather is behind. A clock that is
//! behind looks the same as an old lease.
//!
//! # References
//!
//! - kubernetes/kubernetes `staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go`

use mustknow_cluster::model::clock::{Clock, ClockSource};
use mustknow_cluster::model::kinds::LEASE;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::views::Lease;

use crate::catalog::prelude::*;
use crate::engine::evidence::seconds;
use crate::engine::{name_list, pluralize};

const NAMESPACE: &str = "kube-node-lease";
/// Leases are read before the collection ends, so a later renew time is ahead. This is the
/// tolerance.
const AHEAD: Span = Span::minutes(2);

pub(super) static META: Meta = Meta {
    id: "nodes/clock-ahead",
    title: "node clocks ahead of the node that ran must-gather",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&LEASE)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(Clock { now, source: ClockSource::GatherPod, .. }) = cx.snapshot().clock() else {
        let why = "the archive has no timestamp of the gather pod to compare with";
        return Verdict::NotApplicable(why.to_owned());
    };
    let leases: Vec<_> = cx
        .within::<Lease<'_>>(NAMESPACE)
        .filter_map(|lease| Some((lease, lease.renewed()?)))
        .collect();
    let ahead: Vec<_> = leases
        .iter()
        .copied()
        .filter(|(_, renewed)| Span::between(now, *renewed) > AHEAD)
        .collect();
    let findings = finding(&ahead, leases.len(), now).into_iter().collect();
    Verdict::over(leases.len(), findings, "no node lease in the archive")
}

fn finding(ahead: &[(Lease<'_>, Time)], leases: usize, now: Time) -> Option<Finding> {
    let names: Vec<_> = ahead.iter().map(|(lease, _)| lease.resource().name()).collect();
    let furthest = ahead.iter().map(|(_, renewed)| Span::between(now, *renewed)).max()?;
    let is_most = ahead.len() * 2 > leases;
    let summary = if is_most {
        format!(
            "the clock of the node that ran must-gather is at least {furthest} behind {}",
            pluralize(names.len(), "other node")
        )
    } else {
        format!("the clock of {} is ahead by up to {furthest}", name_list(&names))
    };
    let mut evidence = ahead.iter().take(5).map(|(lease, _)| {
        let note = format!("the lease was renewed after the collection ended at {}", seconds(now));
        Evidence::field(lease.resource(), &["spec", "renewTime"], note)
    });
    let subject = match names.as_slice() {
        [only] => Subject::cluster("Node", *only),
        _ => Subject::cluster("Nodes", "clocks"),
    };
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .evidence(evidence)
            .keywords(names.join(" "))
            .why(
                "Each kubelet writes its own time into its lease. Nodes with different clocks take \
                 leases that other nodes hold, and reject valid certificates.",
            )
            .remedy(
                Remedy::new("Make sure that chrony on every node reaches a time source.")
                    .command("oc debug node/<node> -- chroot /host chronyc sources -v")
                    .verify("oc debug node/<node> -- chroot /host chronyc tracking"),
            ),
    )
}
