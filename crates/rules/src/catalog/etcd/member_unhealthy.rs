//! Unhealthy etcd member.
//!
//! The health file shows the result of a single check. While a control-plane node restarts, or
//! while etcd rolls out a new revision, its member is down by design, and this is reported as
//! information only. Sockets of the pods (`unixs://`) always fail and are ignored.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdmemberscontroller/etcdmemberscontroller.go`,
//!   `pkg/etcdcli/health.go`
//! - etcd-io/etcd `etcdctl/ctlv3/command/ep_command.go`
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdMembersDown.md`

use crate::catalog::prelude::*;

/// How long a member may be down while its pod is replaced.
const GRACE: Span = Span::minutes(10);
/// How long it may be down while its node is drained and restarted.
const RESTART: Span = Span::minutes(40);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[
        Need::KnownFile(KnownFile::EtcdHealth),
        Need::KnownFile(KnownFile::EtcdMembers),
        Need::Kind(&OPERATOR_ETCD),
    ])
    .check(check)
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
        "before removing a member: the other members are healthy and its node is \
                 permanently lost",
        "oc get nodes",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let report = ConditionReport::of(cx, &OPERATOR_ETCD, "etcd", "EtcdMembersDegraded");
    if let Some((document, endpoints)) = EtcdEndpoint::all(cx) {
        let members = EtcdMember::all(cx).map(|(_, members)| members).unwrap_or_default();
        let findings = endpoints.iter().filter(|endpoint| !endpoint.is_healthy).map(|endpoint| {
            let host = endpoint.host().unwrap_or_default();
            let member = members.iter().find(|member| member.hosts.contains(&host));
            let name = member.map_or(endpoint.url.as_str(), EtcdMember::display_name);
            let node = member.and_then(|member| member.node(cx));
            let subject = Subject::cluster("EtcdMember", node.map_or(name, Node::name));
            let answer = format!("the member is unhealthy: {}", excerpt(&endpoint.error));
            let span = endpoint.span.clone();
            let evidence = Evidence::in_document(subject.clone(), &document, span, answer);
            let severity = severity(cx, node, &report);
            let finding = unhealthy(subject, name, node, evidence)
                .severity(severity)
                .keywords(&endpoint.error);
            match &report {
                ConditionReport::Bad(reported) => confirmed(finding, reported),
                ConditionReport::Healthy => finding.certainty(Certainty::Likely).uncertainty(
                    "the etcd operator runs its own check and reports no unhealthy members",
                ),
                ConditionReport::NotCollected => finding,
            }
        });
        return Ok(Checked::over(endpoints.len(), findings));
    }
    match &report {
        ConditionReport::Bad(reported) => noted(cx, reported),
        ConditionReport::Healthy if reports_members(cx) => Ok(Checked::over(1, None)),
        _ => Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdHealth))),
    }
}

/// Whether the operator's own object has the condition. The ClusterOperator omits conditions that
/// are fine.
fn reports_members(cx: &RuleContext<'_>) -> bool {
    cx.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .is_some_and(|own| own.condition("EtcdMembersDegraded").is_some())
}

/// The members that the operator lists: `2 of 3 members are available, master-1 is unhealthy`.
fn noted(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Judged {
    let findings: Vec<_> = reported
        .message
        .split([',', '\n'])
        .filter_map(|part| part.trim().strip_suffix(" is unhealthy"))
        .map(|name| {
            let node = cx.find::<Node<'_>>("", name);
            let subject = Subject::cluster("EtcdMember", name);
            let evidence = reported.evidence("the etcd operator reports it as unhealthy");
            let severity = grade(cx, node, reported.since());
            unhealthy(subject, name, node, evidence)
                .severity(severity)
                .since(reported.since())
                .keywords(reported.keywords())
        })
        .collect();
    Ok(Checked::over(1, findings))
}

fn confirmed(finding: Finding, reported: &ConditionState<'_>) -> Finding {
    finding
        .since(reported.since())
        .keywords(reported.keywords())
        .evidence([reported.evidence("the etcd operator also reports an unhealthy member")])
}

fn severity(
    cx: &RuleContext<'_>,
    node: Option<Node<'_>>,
    report: &ConditionReport<'_>,
) -> Severity {
    match report {
        ConditionReport::Bad(reported) => grade(cx, node, reported.since()),
        ConditionReport::Healthy if is_rolling_out(cx) || node.is_some_and(is_restarting) => Info,
        // The operator checks continuously and saw it healthy, so the member has just gone down.
        ConditionReport::Healthy => Warning,
        ConditionReport::NotCollected if node.is_some_and(is_restarting) => Info,
        ConditionReport::NotCollected => Error,
    }
}

fn grade(cx: &RuleContext<'_>, node: Option<Node<'_>>, since: Option<Time>) -> Severity {
    let grace = if node.is_some_and(is_restarting) { RESTART } else { GRACE };
    Persistence::of(cx, since, grace).severity(Error)
}

fn is_rolling_out(cx: &RuleContext<'_>) -> bool {
    cx.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .and_then(|own| own.condition("NodeInstallerProgressing"))
        .is_some_and(Condition::is_true)
}

/// Whether the node is cordoned or the machine-config daemon is updating it.
fn is_restarting(node: Node<'_>) -> bool {
    node.is_unschedulable() || node.machine_config("state").as_deref() == Some("Working")
}

fn unhealthy(subject: Subject, name: &str, node: Option<Node<'_>>, evidence: Evidence) -> Finding {
    let on = match node {
        Some(node) if node.is_ready() => format!(" on node {}, which is Ready,", node.name()),
        Some(node) => format!(" on node {}, which is not Ready,", node.name()),
        None => String::new(),
    };
    let summary = format!("etcd member{on} is unhealthy");
    let summary = if on.is_empty() { format!("etcd member {name} is unhealthy") } else { summary };
    Finding::new(subject, summary, evidence).keywords(format!("member {name}{on} is unhealthy"))
}
