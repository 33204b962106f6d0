//! A slow network between etcd members.
//!
//! # Why it matters
//!
//! The leader has a write confirmed by a majority of the members before it answers. A way between
//! them of more than a few milliseconds slows every write; beyond 100 ms heartbeats are missed.
//!
//! # What to do
//!
//! Look at the network between the control-plane nodes: distance between sites, a saturated link, a
//! firewall that inspects the traffic, packets that are lost or broken up by a wrong MTU.
//!
//! # Blind spots
//!
//! This is what Prometheus measured: without the alerts nothing can be said.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdMemberCommunicationSlow`: 99 % within more than 150 ms, for ten minutes)

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, few};

pub(super) static META: Meta = Meta {
    id: "etcd/peer-slow",
    title: "a slow network between etcd members",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(alerts) = Alert::named(case, &["etcdMemberCommunicationSlow"]) else {
        return Verdict::Unknown(Alert::gap());
    };
    let mut places: Vec<_> = alerts
        .iter()
        .filter_map(|alert| alert.label("pod").or_else(|| alert.label("instance")))
        .collect();
    places.sort_unstable();
    places.dedup();
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some(first) = evidence.next() else { return Verdict::Healthy { examined: 1 } };
    let summary =
        format!("the network between etcd members is slow, as seen from {}", few(&places));
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .likely("a member that is overloaded answers its peers late as well")
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .why("The leader answers a write once a majority has confirmed it over this network.")
        .saying(format!("etcd member communication slow {}", places.join(" ")))
        .evidence(evidence.take(4))
        .remedy(
            Remedy::new("Look at the network between the control-plane nodes: latency, loss, MTU.")
                .command("oc debug node/<node> -- chroot /host ping -c 20 <address of another>")
                .verify("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table"),
        );
    Verdict::Found(vec![finding])
}
