//! Slow network between etcd members.
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (`etcdMemberCommunicationSlow`: 99 % within more than 150 ms, for ten minutes)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .alert(&["etcdMemberCommunicationSlow"], |firing| {
        let places = firing.labels(&["pod", "instance"]);
        let summary =
            format!("network between etcd members is slow, as seen from {}", name_list(&places));
        let finding = firing.finding(Subject::cluster("Etcd", "cluster"), summary)?;
        Some(finding.likely("an overloaded member also responds slowly to its peers"))
    })
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
