//! Control-plane nodes without an etcd member, or members without a node.
//!
//! # Why it matters
//!
//! etcd runs on every control-plane node. A member that no node stands behind counts for the
//! quorum and can never answer; a node without a member is a reserve that is not there.
//!
//! # What to do
//!
//! For a member without a node: remove it, once its machine is known to be gone for good. For a
//! node without a member: read what the etcd operator says of it.
//!
//! # Blind spots
//!
//! Members are matched with nodes by name and by address. Where the list of nodes was not
//! collected as a whole, a member without a node cannot be told from a node that is not in the
//! archive. Nodes younger than an hour are still joining.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/clustermembercontroller/clustermembercontroller.go`,
//!   `pkg/operator/clustermemberremovalcontroller/clustermemberremovalcontroller.go`

use std::sync::Arc;

use mustknow_gather::kinds::{NODE, Node};
use mustknow_gather::layout::Special;
use mustknow_gather::resource::Document;
use mustknow_gather::snapshot::Searched;

use crate::catalog::prelude::*;
use crate::facts::{EtcdMember, etcd_gap, is_installing};

/// How long a new control-plane node may take to get its member.
const JOINING: Span = Span::hours(1);

pub(super) static META: Meta = Meta {
    id: "etcd/members-mismatch",
    title: "control-plane nodes without an etcd member, or members without a node",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::EtcdMembers), Need::Kind(&NODE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if is_installing(case) {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    }
    let Some((document, members)) = EtcdMember::all(case).filter(|(_, all)| !all.is_empty()) else {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdMembers));
    };
    let nodes: Vec<Node<'_>> = case.all::<Node<'_>>().filter(|n| n.is_control_plane()).collect();
    if nodes.is_empty() {
        return Verdict::NotApplicable("the cluster shows no control-plane node".to_owned());
    }
    // Where not one of them matches, names and addresses were written differently, or replaced.
    if members.iter().all(|member| member.node(case).is_none()) {
        let what = format!("{} names no node of the archive", document.path);
        return Verdict::Unknown(Gap::new(GapKind::FieldAbsent, what).ask("oc get nodes -o wide"));
    }
    let mut findings: Vec<_> = nodes
        .iter()
        .filter(|node| node.is_ready() && case.is_older(node.resource().created(), JOINING))
        .filter(|node| !members.iter().any(|member| runs_on(case, member, **node)))
        .map(|node| without_member(*node, &document, &members))
        .collect();
    let strays: Vec<_> = members
        .iter()
        .filter(|member| member.name != "etcd-bootstrap" && member.node(case).is_none())
        .collect();
    match (strays.is_empty(), case.prove_whole(&NODE, "")) {
        (false, Ok(searched)) => {
            findings.extend(strays.iter().map(|member| without_node(member, &document, &searched)));
        }
        (false, Err(missing)) if findings.is_empty() => {
            return Verdict::Unknown(Gap::missing(&missing));
        }
        _ => {}
    }
    Verdict::over(members.len(), findings, "etcd has no member")
}

fn runs_on(case: &Case<'_>, member: &EtcdMember, node: Node<'_>) -> bool {
    member.node(case).is_some_and(|found| found.name() == node.name())
}

fn without_member(node: Node<'_>, document: &Arc<Document>, members: &[EtcdMember]) -> Finding {
    let listed = Evidence::in_document(
        Subject::cluster("Etcd", "cluster"),
        document,
        members.first().map_or(0, |m| m.span.start)..members.last().map_or(0, |m| m.span.end),
        format!("none of the {} members has its name or address", members.len()),
    );
    let shows = "a control-plane node, older than an hour and Ready";
    let evidence = Evidence::field(node.resource(), &["metadata", "labels"], shows);
    let subject = Subject::cluster("EtcdMember", node.name());
    Finding::new(
        subject,
        format!("control-plane node {} has no etcd member", node.name()),
        evidence,
    )
    .why(
        "etcd runs on every control-plane node. This one adds nothing to the quorum, so the \
             cluster bears fewer failures than its nodes promise.",
    )
    .since(node.resource().created())
    .saying(format!("node {} without etcd member", node.name()))
    .evidence([listed])
    .remedy(
        Remedy::new("Read why the etcd operator does not add the member.")
            .command("oc get etcd cluster -o yaml")
            .command("oc logs -n openshift-etcd-operator deployment/etcd-operator"),
    )
}

fn without_node(member: &EtcdMember, document: &Arc<Document>, searched: &Searched) -> Finding {
    let name = member.call();
    let subject = Subject::cluster("EtcdMember", name);
    let evidence = Evidence::in_document(
        subject.clone(),
        document,
        member.span.clone(),
        "neither its name nor its address belongs to a node",
    );
    let missing = Evidence::missing(Subject::cluster("Node", name), searched);
    Finding::new(subject, format!("etcd member {name} belongs to no node of the cluster"), evidence)
        .why("The member counts for the quorum, and no machine stands behind it.")
        .saying(format!("etcd member {name} without node"))
        .evidence([missing])
        .remedy(
            Remedy::new("Remove the member, once its machine is known to be gone for good.")
                .command(
                    "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member remove <id>",
                )
                .before(
                    "the machine of the member is gone and will not come back",
                    Proof::ByHand("oc get machines -n openshift-machine-api".to_owned()),
                )
                .before(
                    "all other members are healthy",
                    Proof::ByHand(
                        "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health"
                            .to_owned(),
                    ),
                ),
        )
}
