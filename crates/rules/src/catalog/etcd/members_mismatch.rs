//! Mismatch between etcd members and control-plane nodes.
//!
//! Members are matched with nodes by name and by address. If the list of nodes was not collected
//! completely, a member without a node cannot be distinguished from a node that is missing from the
//! archive.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/clustermembercontroller/clustermembercontroller.go`,
//!   `pkg/operator/clustermemberremovalcontroller/clustermemberremovalcontroller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&NODE)])
    .check(check)
    // How long a new control-plane node may take to get its member.
    .grace(Span::hours(1))
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
    let members = EtcdMember::all(cx)?;
    let nodes: Vec<Node<'_>> = cx.all::<Node<'_>>().filter(|n| n.is_control_plane()).collect();
    if nodes.is_empty() {
        return Err(not_applicable("the cluster has no control-plane nodes"));
    }
    let on: Vec<_> =
        members.iter().map(|member| member.visible_node(cx)).collect::<Result<_, _>>()?;
    // If no member matches, the names and addresses have another format or are pseudonyms.
    if on.iter().all(Option::is_none) {
        let what = format!("{} lists no member that matches a node of the archive", members.path());
        let gap = Gap::new(GapKind::FieldAbsent, what);
        return Err(gap.command("oc get nodes -o wide").into());
    }
    let is_member = |node: &&Node<'_>| on.iter().flatten().any(|it| it.name() == node.name());
    let nodes = nodes.iter().filter(|node| node.is_ready() && !is_member(node));
    let findings: Vec<_> = nodes.map(|node| without_member(*node, &members)).collect();
    let strays: Vec<_> = members
        .iter()
        .zip(&on)
        .filter(|(member, node)| node.is_none() && member.name != "etcd-bootstrap")
        .collect();
    let checked = Checked::over(members.len(), findings);
    match cx.prove_whole(&NODE, "") {
        Ok(searched) => {
            let findings = strays.iter().map(|(it, _)| without_node(it, &members, &searched));
            Ok(checked.and(Checked::over(0, findings)))
        }
        Err(missing) => Ok(checked.or_unknown((!strays.is_empty()).then(|| missing.into()))),
    }
}

fn without_member(node: Node<'_>, members: &EtcdFile<EtcdMember>) -> Finding {
    let all =
        members.first().map_or(0, |it| it.span.start)..members.last().map_or(0, |it| it.span.end);
    let shown = format!("none of the {} members has its name or address", members.len());
    let listed = members.evidence_about(Subject::cluster("Etcd", "cluster"), &all, shown);
    let evidence =
        Evidence::field(node.resource(), &["metadata", "labels"], "a control-plane node, Ready");
    let name = node.name();
    let summary = format!("control-plane node {name} has no etcd member");
    Finding::new(Subject::cluster("EtcdMember", name), summary, evidence)
        .since(node.resource().created())
        .keywords(format!("node {name} without etcd member"))
        .evidence([listed])
        .fix("Find out why the etcd operator does not add the member.")
        .run("oc get etcd cluster -o yaml")
        .run("oc logs -n openshift-etcd-operator deployment/etcd-operator")
}

fn without_node(
    member: &EtcdMember,
    members: &EtcdFile<EtcdMember>,
    searched: &Searched,
) -> Finding {
    let name = member.display_name();
    let shown = "neither its name nor its address belongs to a node";
    let evidence = members.evidence(name, &member.span, shown);
    Finding::new(
        evidence.subject().clone(),
        format!("etcd member {name} has no matching node"),
        evidence,
    )
    // A member leaves etcd before its node is deleted.
    .lasting(true)
    .keywords(format!("etcd member {name} without node"))
    .evidence([Evidence::missing(Subject::cluster("Node", name), searched)])
    .fix("Remove the member after confirming that its machine is permanently lost.")
    .run("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member remove <id>")
    .before(
        "the machine of the member is permanently lost",
        Proof::by_hand("oc get machines -n openshift-machine-api"),
    )
    .before(
        "all other members are healthy",
        Proof::by_hand("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health"),
    )
}
