//! Nodes whose clocks are ahead of the node that made the archive.
//!
//! # Why it matters
//!
//! A kubelet writes the time of its own clock into its lease. One that lies after the end of the
//! collection is of a clock that runs ahead. Certificates that are issued on such a node are not
//! yet valid for others, and leases it takes seem to last longer than they do.
//!
//! # What to do
//!
//! Make chrony reach a time source from every node.
//!
//! # Blind spots
//!
//! When most nodes are ahead, it is the clock of the node that made the archive that is behind. A
//! clock that is behind looks like a lease that is old.
//!
//! # References
//!
//! - kubernetes/kubernetes `staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go`

use mustknow_gather::clock::{Clock, ClockSource};
use mustknow_gather::kinds::{LEASE, Lease};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{count, few};

const NAMESPACE: &str = "kube-node-lease";
/// Collecting ends after the lease was read, so any time after it is ahead; this leaves room.
const AHEAD: Span = Span::minutes(2);

pub(super) static META: Meta = Meta {
    id: "nodes/clock-ahead",
    title: "nodes whose clocks are ahead of the node that made the archive",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&LEASE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(Clock { now, source: ClockSource::GatherPod, .. }) = case.snapshot().clock() else {
        let why = "no clock of the cluster itself is in the archive to compare with";
        return Verdict::NotApplicable(why.to_owned());
    };
    let leases: Vec<_> = case
        .within::<Lease<'_>>(NAMESPACE)
        .filter_map(|lease| Some((lease, lease.renewed()?)))
        .collect();
    let ahead: Vec<_> = leases
        .iter()
        .copied()
        .filter(|(_, renewed)| Span::between(now, *renewed) > AHEAD)
        .collect();
    let findings = finding(&ahead, leases.len(), now).into_iter().collect();
    Verdict::over(leases.len(), findings, "no lease of a node in the archive")
}

fn finding(ahead: &[(Lease<'_>, Time)], leases: usize, now: Time) -> Option<Finding> {
    let names: Vec<_> = ahead.iter().map(|(lease, _)| lease.resource().name()).collect();
    let furthest = ahead.iter().map(|(_, renewed)| Span::between(now, *renewed)).max()?;
    let is_most = ahead.len() * 2 > leases;
    let summary = if is_most {
        format!(
            "the clock of the node that made the archive is at least {furthest} behind those of {}",
            count(names.len(), "other node")
        )
    } else {
        format!("the clocks of {} are ahead, by up to {furthest}", few(&names))
    };
    let mut evidence = ahead.iter().take(5).map(|(lease, _)| {
        let note = format!("it was renewed after the collection ended at {}", seconds(now));
        Evidence::field(lease.resource(), &["spec", "renewTime"], note)
    });
    let subject = match names.as_slice() {
        [only] => Subject::cluster("Node", *only),
        _ => Subject::cluster("Nodes", "clocks"),
    };
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .evidence(evidence)
            .saying(names.join(" "))
            .why(
                "Each kubelet writes its own time into its lease. Nodes whose clocks differ take \
                 leases that others hold, and refuse certificates that are valid.",
            )
            .remedy(
                Remedy::new("Make chrony reach a time source from every node.")
                    .command("oc debug node/<node> -- chroot /host chronyc sources -v")
                    .verify("oc debug node/<node> -- chroot /host chronyc tracking"),
            ),
    )
}
