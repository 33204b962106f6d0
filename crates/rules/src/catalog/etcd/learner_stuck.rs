//! etcd member that is stuck as a learner.
//!
//! The member list contains no timestamps: the age of a learner is that of its pod.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/clustermembercontroller/clustermembercontroller.go`
//! - etcd-io/etcd `server/etcdserver/server.go` (`PromoteMember`: a learner must be in sync with the
//!   leader)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&POD)])
    .check(check)
    // How long the transfer of a snapshot may take.
    .grace(Span::minutes(30))
    .why(
        "A new member first copies the data of the cluster as a learner and may vote only after \
         that. Until then it does not count for the quorum: the cluster has one voting member \
         fewer than it seems to have, and the operator adds no other member.",
    )
    .fix(
        "Read the log of the new member's pod. Possible reasons are that the member cannot \
         reach its peers, that its disk is too slow for the snapshot, or that the database is \
         very large.",
    )
    .run(&["oc logs -n openshift-etcd -c etcd etcd-{name}"])
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member list -w table"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let members = EtcdMember::all(cx)?;
    let learners = members.iter().filter(|member| member.is_learner && !member.name.is_empty());
    let findings = learners.map(|member| {
        let node = member.node(cx);
        let name = node.map_or(member.display_name(), Node::name);
        let pod = cx.find::<Pod<'_>>("openshift-etcd", &format!("etcd-{name}"));
        let started = pod.and_then(|pod| pod.started().or_else(|| pod.resource().created()));
        let age = cx.age(started).map(|age| format!(" {age} after its pod started"));
        let on = if node.is_some() { " on node" } else { "" };
        let summary =
            format!("etcd member{on} {name} is still a learner{}", age.unwrap_or_default());
        let evidence = members.evidence(name, &member.span, "the member is a learner");
        let pod = pod.map(|pod| {
            let shown = "the start time of the pod";
            Evidence::field(pod.resource(), &["status", "startTime"], shown)
        });
        Finding::new(evidence.subject().clone(), summary, evidence)
            .likely("the age of the learner is taken from the start time of its pod")
            .since(started)
            .keywords(format!("etcd member {name} is a learner"))
            .evidence(pod)
    });
    Ok(Checked::over(members.len(), findings))
}
