//! An unhealthy etcd member.
//!
//! # Why it matters
//!
//! With one member down, a cluster of three works on without any reserve: the next failure costs
//! the quorum. The etcd operator refuses to roll out new revisions meanwhile, so updates of the
//! control plane stand still.
//!
//! # What to do
//!
//! Look at the node of the member first: its readiness, its disk, its network. If the node is
//! gone for good, replace the member by the documented procedure.
//!
//! # Blind spots
//!
//! The health file is one question at one moment. While a control-plane node restarts, or while
//! etcd rolls out a new revision, its member is down by design: that is told as information only.
//! Sockets of the pods (`unixs://`) always fail and are left out.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdmemberscontroller/etcdmemberscontroller.go`,
//!   `pkg/etcdcli/health.go`
//! - etcd-io/etcd `etcdctl/ctlv3/command/ep_command.go`
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdMembersDown.md`

use mustknow_gather::kinds::{Condition, Node, OPERATOR_ETCD, Operator};
use mustknow_gather::layout::Special;
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::facts::{EtcdEndpoint, EtcdMember, Patience, Report, Reported, etcd_gap, excerpt};

/// How long a member may be down while its pod is replaced.
const GRACE: Span = Span::minutes(10);
/// How long it may be down while its node is drained and restarted.
const RESTART: Span = Span::minutes(40);

pub(super) static META: Meta = Meta {
    id: "etcd/member-unhealthy",
    title: "an unhealthy etcd member",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Special(Special::EtcdHealth),
        Need::Special(Special::EtcdMembers),
        Need::Kind(&OPERATOR_ETCD),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let report = Report::of(case, &OPERATOR_ETCD, "etcd", "EtcdMembersDegraded");
    if let Some((document, endpoints)) = EtcdEndpoint::all(case) {
        let members = EtcdMember::all(case).map(|(_, members)| members).unwrap_or_default();
        let findings = endpoints
            .iter()
            .filter(|endpoint| !endpoint.is_healthy)
            .map(|endpoint| {
                let host = endpoint.host().unwrap_or_default();
                let member = members.iter().find(|member| member.hosts.contains(&host));
                let name = member.map_or(endpoint.url.as_str(), EtcdMember::call);
                let node = member.and_then(|member| member.node(case));
                let subject = Subject::cluster("EtcdMember", node.map_or(name, Node::name));
                let answer = format!("it does not answer: {}", excerpt(&endpoint.error));
                let span = endpoint.span.clone();
                let evidence = Evidence::in_document(subject.clone(), &document, span, answer);
                let severity = severity(case, node, &report);
                let finding =
                    sick(subject, name, node, evidence).severity(severity).saying(&endpoint.error);
                match &report {
                    Report::Bad(reported) => confirmed(finding, reported),
                    Report::Fine => finding.certainty(Certainty::Likely).doubt(
                        "the etcd operator, which asks on its own, sees no unhealthy member",
                    ),
                    Report::NoSource => finding,
                }
            })
            .collect();
        return Verdict::over(endpoints.len(), findings, "etcd_info lists no endpoint");
    }
    match &report {
        Report::Bad(reported) => noted(case, reported),
        Report::Fine if speaks_of_members(case) => Verdict::Healthy { examined: 1 },
        _ => Verdict::Unknown(etcd_gap(case, Special::EtcdHealth)),
    }
}

/// Whether the operator's own object has the condition; its summary leaves out what is fine.
fn speaks_of_members(case: &Case<'_>) -> bool {
    case.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .is_some_and(|own| own.condition("EtcdMembersDegraded").is_some())
}

/// The members the operator names: `2 of 3 members are available, master-1 is unhealthy`.
fn noted(case: &Case<'_>, reported: &Reported<'_>) -> Verdict {
    let findings: Vec<_> = reported
        .message
        .split([',', '\n'])
        .filter_map(|part| part.trim().strip_suffix(" is unhealthy"))
        .map(|name| {
            let node = case.find::<Node<'_>>("", name);
            let subject = Subject::cluster("EtcdMember", name);
            let evidence = reported.evidence("the etcd operator names it unhealthy");
            let severity = grade(case, node, reported.since());
            sick(subject, name, node, evidence)
                .severity(severity)
                .since(reported.since())
                .saying(reported.words())
        })
        .collect();
    Verdict::over(1, findings, "the operator names no member")
}

fn confirmed(finding: Finding, reported: &Reported<'_>) -> Finding {
    finding
        .since(reported.since())
        .saying(reported.words())
        .evidence([reported.evidence("the etcd operator sees an unhealthy member too")])
}

fn severity(case: &Case<'_>, node: Option<Node<'_>>, report: &Report<'_>) -> Severity {
    match report {
        Report::Bad(reported) => grade(case, node, reported.since()),
        Report::Fine if is_rolling_out(case) || node.is_some_and(is_restarting) => Severity::Info,
        // The operator asks all the time and saw it healthy: the member went down just now.
        Report::Fine => Severity::Warning,
        Report::NoSource if node.is_some_and(is_restarting) => Severity::Info,
        Report::NoSource => Severity::Error,
    }
}

fn grade(case: &Case<'_>, node: Option<Node<'_>>, since: Option<Time>) -> Severity {
    let grace = if node.is_some_and(is_restarting) { RESTART } else { GRACE };
    Patience::of(case, since, grace).severity(Severity::Error)
}

fn is_rolling_out(case: &Case<'_>) -> bool {
    case.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .and_then(|own| own.condition("NodeInstallerProgressing"))
        .is_some_and(Condition::is_true)
}

/// Whether the machine-config daemon has the node in its hands.
fn is_restarting(node: Node<'_>) -> bool {
    node.is_unschedulable() || node.machine_config("state").as_deref() == Some("Working")
}

fn sick(subject: Subject, name: &str, node: Option<Node<'_>>, evidence: Evidence) -> Finding {
    let on = match node {
        Some(node) if node.is_ready() => format!(" on node {}, which is Ready,", node.name()),
        Some(node) => format!(" on node {}, which is not Ready,", node.name()),
        None => String::new(),
    };
    let summary = format!("the etcd member{on} is unhealthy");
    let summary = if on.is_empty() { format!("etcd member {name} is unhealthy") } else { summary };
    Finding::new(subject, summary, evidence)
        .why(
            "While a member is down etcd has no reserve: the next failure costs the quorum, and \
             the etcd operator rolls out no new revision.",
        )
        .saying(format!("member {name}{on} is unhealthy"))
        .remedy(
            Remedy::new(
                "Mend what keeps the member down: its node, its disk or its network. Replace the \
                 member only when its node is lost.",
            )
            .verify("oc get etcd cluster -o yaml")
            .verify(
                "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table",
            )
            .before(
                "before a member is removed: the others are healthy and its node will not come \
                 back",
                Proof::ByHand("oc get nodes".to_owned()),
            ),
        )
}
