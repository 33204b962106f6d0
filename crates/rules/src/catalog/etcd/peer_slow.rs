//! Slow network between etcd members.
//!
//! The rule relies on alerts of Prometheus. Without the alerts the check is inconclusive.
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdMemberCommunicationSlow`: 99 % within more than 150 ms, for ten minutes)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why(
        "The leader answers a write only after a majority of the members has confirmed it. A \
         round-trip time of more than a few milliseconds between the members slows down every \
         write. Beyond 100 ms, heartbeats are missed.",
    )
    .fix(
        "Check the network between the control-plane nodes: the distance between sites, a \
         saturated link, a firewall that inspects the traffic, or packets that are lost or \
         fragmented because of a wrong MTU.",
    )
    .run(&["oc debug node/<node> -- chroot /host ping -c 20 <address of another>"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(alerts) = Alert::firing_named(cx, &["etcdMemberCommunicationSlow"]) else {
        return Err(NotJudged::from(Alert::gap()));
    };
    let mut places: Vec<_> = alerts
        .iter()
        .filter_map(|alert| alert.label("pod").or_else(|| alert.label("instance")))
        .collect();
    places.sort_unstable();
    places.dedup();
    let mut evidence = alerts.iter().map(|alert| alert.evidence(alert.message.clone()));
    let Some(first) = evidence.next() else { return Ok(Checked::over(1, None)) };
    let summary =
        format!("network between etcd members is slow, as seen from {}", name_list(&places));
    let finding = Finding::new(Subject::cluster("Etcd", "cluster"), summary, first)
        .likely("an overloaded member also responds slowly to its peers")
        .since(alerts.iter().filter_map(|alert| alert.since).min())
        .keywords(format!("etcd member communication slow {}", places.join(" ")))
        .evidence(evidence.take(4));
    Ok(Checked::over(1, vec![finding]))
}
