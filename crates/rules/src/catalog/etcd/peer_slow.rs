//! Slow network between etcd members.
//!
//! # Why it matters
//!
//! The leader answers a write only after a majority of the members has confirmed it. A round-trip
//! time of more than a few milliseconds between the members slows down every write. Beyond 100 ms,
//! heartbeats are missed.
//!
//! # What to do
//!
//! Check the network between the control-plane nodes: the distance between sites, a saturated link,
//! a firewall that inspects the traffic, or packets that are lost or fragmented because of a wrong
//! MTU.
//!
//! # Blind spots
//!
//! The rule relies on alerts of Prometheus. Without the alerts the check is inconclusive.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdMemberCommunicationSlow`: 99 % within more than 150 ms, for ten minutes)

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::engine::name_list;
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "etcd/peer-slow",
    title: "slow network between etcd members",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(alerts) = Alert::firing_named(cx, &["etcdMemberCommunicationSlow"]) else {
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
        format!("network between etcd members is slow, as seen from {}", name_list(&places));
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .likely("an overloaded member also responds slowly to its peers")
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .why("The leader answers a write only after a majority has confirmed it over this network.")
        .keywords(format!("etcd member communication slow {}", places.join(" ")))
        .evidence(evidence.take(4))
        .remedy(
            Remedy::new(
                "Check the network between the control-plane nodes: latency, packet loss, MTU.",
            )
            .command("oc debug node/<node> -- chroot /host ping -c 20 <address of another>")
            .verify(
                "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table",
            ),
        );
    Verdict::Found(vec![finding])
}
