//! An etcd member that was added but never started.
//!
//! # Why it matters
//!
//! A member counts for the quorum from the moment it is added. One that never starts leaves etcd
//! without reserve, and the operator adds no further member meanwhile.
//!
//! # What to do
//!
//! Read the log of the etcd pod on the new node. Most often its data directory holds the remains
//! of an earlier member, or its peers cannot be reached.
//!
//! # Blind spots
//!
//! The member list carries no times. How long the member has been waiting is known only where the
//! etcd operator's own object, or its ClusterOperator, was collected.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/etcdcli/health.go` (a member without a name has not started),
//!   `pkg/operator/etcdmemberscontroller/etcdmemberscontroller.go`

use mustknow_gather::kinds::{OPERATOR_ETCD, Operator};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{EtcdMember, Patience, Report, Reported, etcd_gap, excerpt, is_installing};

/// How long a member may take to start.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "etcd/member-unstarted",
    title: "an etcd member that was added but never started",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Special(Special::EtcdMembers), Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if is_installing(case) {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    }
    let report = Report::of(case, &OPERATOR_ETCD, "etcd", "EtcdMembersProgressing");
    if let Some((document, members)) = EtcdMember::all(case).filter(|(_, all)| !all.is_empty()) {
        let findings = members
            .iter()
            .filter(|member| member.name.is_empty())
            .map(|member| {
                let node = member.node(case).map(|node| node.name().to_owned());
                let name = node.as_deref().unwrap_or_else(|| member.call());
                let subject = Subject::cluster("EtcdMember", name);
                let shows = "a member without a name has never started";
                let span = member.span.clone();
                let evidence = Evidence::in_document(subject.clone(), &document, span, shows);
                let finding = waiting(subject, name, evidence);
                match &report {
                    Report::Bad(reported) => confirmed(case, finding, reported)
                        .evidence([reported.evidence(excerpt(&reported.message))]),
                    _ => finding.severity(Severity::Warning).certainty(Certainty::Likely).doubt(
                        "the etcd operator does not say so; one just added has no name either",
                    ),
                }
            })
            .collect();
        return Verdict::over(members.len(), findings, "etcd has no member");
    }
    match &report {
        Report::Bad(reported) => {
            let name = reported
                .message
                .split([',', '\n'])
                .find_map(|part| part.trim().strip_suffix(" has not started"))
                .unwrap_or("(unnamed)");
            let subject = Subject::cluster("EtcdMember", name);
            let evidence =
                reported.evidence("the etcd operator names a member that has not started");
            Verdict::Found(vec![confirmed(case, waiting(subject, name, evidence), reported)])
        }
        Report::Fine if speaks_of_members(case) => Verdict::Healthy { examined: 1 },
        _ => Verdict::Unknown(etcd_gap(case, Special::EtcdMembers)),
    }
}

/// Whether the operator's own object has the condition; its summary leaves out what is fine.
fn speaks_of_members(case: &Case<'_>) -> bool {
    case.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .is_some_and(|own| own.condition("EtcdMembersProgressing").is_some())
}

fn confirmed(case: &Case<'_>, finding: Finding, reported: &Reported<'_>) -> Finding {
    finding
        .severity(Patience::of(case, reported.since(), GRACE).severity(Severity::Error))
        .since(reported.since())
        .saying(reported.words())
}

fn waiting(subject: Subject, name: &str, evidence: Evidence) -> Finding {
    Finding::new(subject, format!("etcd member {name} was added but has not started"), evidence)
        .why(
            "A member counts for the quorum as soon as it is added, so etcd works without reserve \
             until it starts, and the operator adds no other member meanwhile.",
        )
        .saying(format!("member {name} has not started"))
        .remedy(
            Remedy::new("Find out why the etcd pod of that node does not join.")
                .command("oc logs -n openshift-etcd -c etcd etcd-<node>")
                .verify("oc get etcd cluster -o yaml"),
        )
}
