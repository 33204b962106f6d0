//! Node clocks ahead of the node that ran must-gather.
//!
//! If most nodes are ahead, the clock of the node that ran must-gather is behind. A clock that is
//! behind looks the same as an old lease.
//!
//! - kubernetes/kubernetes `staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "kube-node-lease";
/// Leases are read before the collection ends, so a later renew time is ahead. This is the
/// tolerance.
const AHEAD: Span = Span::minutes(2);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&LEASE)])
    .check(check)
    .why(
        "A kubelet writes the time of its own clock into its lease. A renew time after the end \
         of the collection means that this clock runs ahead. Certificates issued on such a node \
         are not yet valid for other nodes, and leases it acquires appear to last longer than \
         they do.",
    )
    .fix("Make sure that chrony on every node reaches a time source.")
    .run(&["oc debug node/<node> -- chroot /host chronyc sources -v"])
    .verify(&["oc debug node/<node> -- chroot /host chronyc tracking"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(Clock { now, source: ClockSource::GatherPod, .. }) = cx.snapshot().clock() else {
        let why = "the archive has no timestamp of the gather pod to compare with";
        return Err(not_applicable(why));
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
    let findings = finding(&ahead, leases.len(), now);
    Ok(Checked::over(leases.len(), findings))
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
            .keywords(names.join(" ")),
    )
}
