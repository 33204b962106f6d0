//! An etcd member that has stayed a learner.
//!
//! # Why it matters
//!
//! A new member learns what the others hold before it may vote. Until then it counts for no quorum:
//! the cluster has one member fewer than it seems to have, and the operator adds no other.
//!
//! # What to do
//!
//! Read the log of the new member's pod: it cannot reach its peers, its disk is too slow for the
//! snapshot, or the database is very large.
//!
//! # Blind spots
//!
//! The member list carries no times. How long the member has been learning is taken from the start
//! of its pod; without that pod nothing is said.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/clustermembercontroller/clustermembercontroller.go`
//! - etcd-io/etcd `server/etcdserver/server.go` (`PromoteMember`: a learner must be in sync with the
//!   leader)

use mustknow_gather::kinds::{Node, POD, Pod};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{EtcdMember, etcd_gap};

/// How long a snapshot may take to arrive.
const GRACE: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "etcd/learner-stuck",
    title: "an etcd member that has stayed a learner",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::EtcdMembers), Need::Kind(&POD)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some((document, members)) = EtcdMember::all(case).filter(|(_, all)| !all.is_empty()) else {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdMembers));
    };
    let findings = members
        .iter()
        .filter(|member| member.is_learner && !member.name.is_empty())
        .filter_map(|member| {
            let node = member.node(case);
            let name = node.map_or_else(|| member.call().to_owned(), |node| node.name().to_owned());
            let pod = case.find::<Pod<'_>>("openshift-etcd", &format!("etcd-{name}"))?;
            let started = pod.started().or_else(|| pod.resource().created());
            let age = case.age(started).filter(|age| *age > GRACE)?;
            let subject = Subject::cluster("EtcdMember", &*name);
            let evidence = Evidence::in_document(
                subject.clone(),
                &document,
                member.span.clone(),
                "the member is a learner",
            );
            let on = node.map(|node: Node<'_>| format!(" on node {}", node.name()));
            let summary = format!(
                "the etcd member{} is still a learner {age} after its pod started",
                on.unwrap_or_else(|| format!(" {name}"))
            );
            Some(
                Finding::new(subject, summary, evidence)
                    .likely("since when the member learns is taken from the start of its pod")
                    .since(started)
                    .why(
                        "A learner counts for no quorum, and the operator adds no further member \
                         while there is one.",
                    )
                    .saying(format!("etcd member {name} is a learner"))
                    .evidence([Evidence::field(
                        pod.resource(),
                        &["status", "startTime"],
                        "the pod has run since then",
                    )])
                    .remedy(
                        Remedy::new(
                            "Read the log of the member: peers, disk, size of the snapshot.",
                        )
                        .command(format!("oc logs -n openshift-etcd -c etcd etcd-{name}"))
                        .verify(
                            "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member \
                                 list -w table",
                        ),
                    ),
            )
        })
        .collect();
    Verdict::over(members.len(), findings, "etcd has no member")
}
