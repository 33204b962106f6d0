//! Unhealthy etcd member.
//!
//! The health file shows the result of a single check. While a control-plane node restarts, or
//! while etcd rolls out a new revision, its member is down by design, which is a note. Sockets of
//! the pods (`unixs://`) always fail and are ignored.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdmemberscontroller/etcdmemberscontroller.go`,
//!   `pkg/etcdcli/health.go`
//! - etcd-io/etcd `etcdctl/ctlv3/command/ep_command.go`
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdMembersDown.md`

use crate::catalog::prelude::*;

const CONDITION: &str = "EtcdMembersDegraded";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[
        Need::KnownFile(KnownFile::EtcdHealth),
        Need::KnownFile(KnownFile::EtcdMembers),
        Need::Kind(&OPERATOR_ETCD),
    ])
    .check(check)
    // How long a member may be down while its pod is replaced.
    .note_until(Span::minutes(10))
    .why(
        "With one member down, a cluster of three members has no fault tolerance left: the next \
         failure causes quorum loss. The etcd operator rolls out no new revisions in the \
         meantime, so updates of the control plane are stuck.",
    )
    .fix(
        "Check the node of the member first: its readiness, its disk and its network. If the \
         node is permanently lost, replace the member according to the documented procedure.",
    )
    .verify(&[
        "oc get etcd cluster -o yaml",
        "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table",
    ])
    .before(&[(
        "before removing a member: the other members are healthy and its node is permanently lost",
        "oc get nodes",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    match (EtcdEndpoint::all(cx), ConditionReport::of(cx, &OPERATOR_ETCD, "etcd", CONDITION)) {
        (Ok(endpoints), report) => {
            let members = EtcdMember::known(cx);
            let unhealthy = endpoints.iter().filter(|endpoint| !endpoint.is_healthy);
            let findings = unhealthy.map(|it| checked(cx, &endpoints, it, &members, &report));
            Ok(Checked::over(endpoints.len(), findings))
        }
        (Err(gap), report) => {
            judge_by_operator(cx, CONDITION, &report, gap, |reported| listed(cx, reported))
        }
    }
}

/// A member that did not answer `etcdctl`.
fn checked(
    cx: &RuleContext<'_>,
    endpoints: &EtcdFile<EtcdEndpoint>,
    endpoint: &EtcdEndpoint,
    members: &[EtcdMember],
    report: &ConditionReport<'_>,
) -> Finding {
    let member = endpoint.member(members);
    let name = member.map_or(endpoint.url.as_str(), EtcdMember::display_name);
    let node = member.and_then(|member| member.node(cx));
    let is_down_by_design = node.is_some_and(is_restarting);
    let shown = format!("the member is unhealthy: {}", excerpt(&endpoint.error));
    let evidence = endpoints.evidence(node.map_or(name, Node::name), &endpoint.span, shown);
    let finding = unhealthy(name, node, evidence).keywords(&endpoint.error);
    match report {
        ConditionReport::Bad(reported) => reported_since(finding, reported)
            .evidence([reported.evidence("the etcd operator also reports an unhealthy member")]),
        // The operator checks continuously and saw it healthy, so the member has just gone down.
        ConditionReport::Healthy => finding
            .severity(if is_down_by_design || is_etcd_rolling_out(cx) { Info } else { Warning })
            .likely("the etcd operator runs its own check and reports no unhealthy members"),
        ConditionReport::NotCollected if is_down_by_design => finding.severity(Info),
        ConditionReport::NotCollected => finding,
    }
}

/// The members that the operator lists: `2 of 3 members are available, master-1 is unhealthy`.
fn listed(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Vec<Finding> {
    let parts = reported.message.split([',', '\n']);
    let names = parts.filter_map(|part| part.trim().strip_suffix(" is unhealthy"));
    let finding = |name: &str| {
        let evidence = reported.evidence("the etcd operator reports it as unhealthy");
        reported_since(unhealthy(name, cx.find::<Node<'_>>("", name), evidence), reported)
    };
    names.map(finding).collect()
}

fn reported_since(finding: Finding, reported: &ConditionState<'_>) -> Finding {
    finding.since(reported.since()).keywords(reported.keywords())
}

/// Whether the node is cordoned or the machine-config daemon is updating it.
fn is_restarting(node: Node<'_>) -> bool {
    node.is_unschedulable() || node.machine_config("state").as_deref() == Some("Working")
}

fn unhealthy(name: &str, node: Option<Node<'_>>, evidence: Evidence) -> Finding {
    let place = match node {
        Some(node) if node.is_ready() => format!("on node {}, which is Ready,", node.name()),
        Some(node) => format!("on node {}, which is not Ready,", node.name()),
        None => name.to_owned(),
    };
    // A node is drained and restarted within that time.
    let grace = if node.is_some_and(is_restarting) { 40 } else { 10 };
    let subject = Subject::cluster("EtcdMember", node.map_or(name, Node::name));
    Finding::new(subject, format!("etcd member {place} is unhealthy"), evidence)
        .grace(Span::minutes(grace))
        .keywords(format!("member {name} {place} is unhealthy"))
}
