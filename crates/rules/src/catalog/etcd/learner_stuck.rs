//! etcd member that is stuck as a learner.
//!
//! The member list contains no timestamps. The time that the member has been a learner is taken
//! from the start time of its pod. If that pod was not collected, nothing is reported.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/clustermembercontroller/clustermembercontroller.go`
//! - etcd-io/etcd `server/etcdserver/server.go` (`PromoteMember`: a learner must be in sync with the
//!   leader)

use crate::catalog::prelude::*;

/// How long the transfer of a snapshot may take.
const GRACE: Span = Span::minutes(30);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&POD)])
    .check(check)
    .why(
        "A new member first copies the data of the cluster as a learner and may vote only after \
         that. Until then it does not count for the quorum: the cluster has one voting member \
         fewer than it seems to have, and the operator adds no other member.",
    )
    .fix(
        "Read the log of the new member's pod. Possible reasons are that the member cannot \
         reach its peers, that its disk is too slow for the snapshot, or that the database is \
         very large.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some((document, members)) = EtcdMember::all(cx).filter(|(_, all)| !all.is_empty()) else {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdMembers)));
    };
    let findings = members
        .iter()
        .filter(|member| member.is_learner && !member.name.is_empty())
        .filter_map(|member| {
            let node = member.node(cx);
            let name = node
                .map_or_else(|| member.display_name().to_owned(), |node| node.name().to_owned());
            let pod = cx.find::<Pod<'_>>("openshift-etcd", &format!("etcd-{name}"))?;
            let started = pod.started().or_else(|| pod.resource().created());
            let age = cx.age(started).filter(|age| *age > GRACE)?;
            let subject = Subject::cluster("EtcdMember", &*name);
            let evidence = Evidence::in_document(
                subject.clone(),
                &document,
                member.span.clone(),
                "the member is a learner",
            );
            let on = node.map(|node: Node<'_>| format!(" on node {}", node.name()));
            let summary = format!(
                "etcd member{} is still a learner {age} after its pod started",
                on.unwrap_or_else(|| format!(" {name}"))
            );
            Some(
                Finding::new(subject, summary, evidence)
                    .likely("the age of the learner is taken from the start time of its pod")
                    .since(started)
                    .keywords(format!("etcd member {name} is a learner"))
                    .evidence([Evidence::field(
                        pod.resource(),
                        &["status", "startTime"],
                        "the start time of the pod",
                    )])
                    .run(format!("oc logs -n openshift-etcd -c etcd etcd-{name}"))
                    .verify(
                        "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member \
                                 list -w table",
                    ),
            )
        });
    Ok(Checked::over(members.len(), findings))
}
