//! Mismatch between etcd members and control-plane nodes.
//!
//! Members are matched with nodes by name and by address. If the list of nodes was not collected
//! completely, a member without a node cannot be distinguished from a node that is missing from the
//! archive. Nodes that are less than an hour old may still be joining and are ignored.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/clustermembercontroller/clustermembercontroller.go`,
//!   `pkg/operator/clustermemberremovalcontroller/clustermemberremovalcontroller.go`

use crate::catalog::prelude::*;

/// How long a new control-plane node may take to get its member.
const JOINING: Span = Span::hours(1);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&NODE)])
    .check(check)
    .why(
        "etcd runs on every control-plane node. A member without a node counts for the quorum \
         but can never answer. A node without a member does not add to the fault tolerance of \
         etcd.",
    )
    .fix(
        "For a member without a node: remove the member after you confirm that its machine is \
         permanently lost. For a node without a member: read the conditions and the log of the \
         etcd operator.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    if is_installing(cx) {
        return Err(not_applicable("the installation has not finished"));
    }
    let Some((document, members)) = EtcdMember::all(cx).filter(|(_, all)| !all.is_empty()) else {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdMembers)));
    };
    let nodes: Vec<Node<'_>> = cx.all::<Node<'_>>().filter(|n| n.is_control_plane()).collect();
    if nodes.is_empty() {
        return Err(not_applicable("the cluster has no control-plane nodes"));
    }
    // If no member matches, the names and addresses have another format or were obfuscated.
    if members.iter().all(|member| member.node(cx).is_none()) {
        let what = format!("{} lists no member that matches a node of the archive", document.path);
        return Err(NotJudged::from(
            Gap::new(GapKind::FieldAbsent, what).command("oc get nodes -o wide"),
        ));
    }
    let mut findings: Vec<_> = nodes
        .iter()
        .filter(|node| node.is_ready() && cx.is_older(node.resource().created(), JOINING))
        .filter(|node| !members.iter().any(|member| runs_on(cx, member, **node)))
        .map(|node| without_member(*node, &document, &members))
        .collect();
    let strays: Vec<_> = members
        .iter()
        .filter(|member| member.name != "etcd-bootstrap" && member.node(cx).is_none())
        .collect();
    match (strays.is_empty(), cx.prove_whole(&NODE, "")) {
        (false, Ok(searched)) => {
            findings.extend(strays.iter().map(|member| without_node(member, &document, &searched)));
        }
        (false, Err(missing)) if findings.is_empty() => {
            return Err(NotJudged::from(Gap::missing(&missing)));
        }
        _ => {}
    }
    Ok(Checked::over(members.len(), findings))
}

fn runs_on(cx: &RuleContext<'_>, member: &EtcdMember, node: Node<'_>) -> bool {
    member.node(cx).is_some_and(|found| found.name() == node.name())
}

fn without_member(node: Node<'_>, document: &Arc<Document>, members: &[EtcdMember]) -> Finding {
    let listed = Evidence::in_document(
        Subject::cluster("Etcd", "cluster"),
        document,
        members.first().map_or(0, |m| m.span.start)..members.last().map_or(0, |m| m.span.end),
        format!("none of the {} members has its name or address", members.len()),
    );
    let shows = "a control-plane node that is Ready and more than an hour old";
    let evidence = Evidence::field(node.resource(), &["metadata", "labels"], shows);
    let subject = Subject::cluster("EtcdMember", node.name());
    Finding::new(
        subject,
        format!("control-plane node {} has no etcd member", node.name()),
        evidence,
    )
    .why(
        "etcd runs on every control-plane node. This node has no vote in the quorum, so etcd \
             tolerates fewer failures than the number of nodes suggests.",
    )
    .since(node.resource().created())
    .keywords(format!("node {} without etcd member", node.name()))
    .evidence([listed])
    .fix("Find out why the etcd operator does not add the member.")
    .run("oc get etcd cluster -o yaml")
    .run("oc logs -n openshift-etcd-operator deployment/etcd-operator")
}

fn without_node(member: &EtcdMember, document: &Arc<Document>, searched: &Searched) -> Finding {
    let name = member.display_name();
    let subject = Subject::cluster("EtcdMember", name);
    let evidence = Evidence::in_document(
        subject.clone(),
        document,
        member.span.clone(),
        "neither its name nor its address belongs to a node",
    );
    let missing = Evidence::missing(Subject::cluster("Node", name), searched);
    Finding::new(subject, format!("etcd member {name} has no matching node"), evidence)
        .why("The member counts for the quorum, but it has no node on which to run.")
        .keywords(format!("etcd member {name} without node"))
        .evidence([missing])
        .fix("Remove the member after confirming that its machine is permanently lost.")
        .run("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member remove <id>")
        .before(
            "the machine of the member is permanently lost",
            Proof::ByHand("oc get machines -n openshift-machine-api".to_owned()),
        )
        .before(
            "all other members are healthy",
            Proof::ByHand(
                "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health"
                    .to_owned(),
            ),
        )
}
