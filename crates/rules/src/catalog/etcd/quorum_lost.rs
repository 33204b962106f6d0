//! An etcd without a majority of healthy members.
//!
//! # Why it matters
//!
//! etcd answers only while more than half of its voting members agree. Without that the API
//! server can neither read nor write, every operator fails in its own words, and nothing in the
//! cluster changes any more.
//!
//! # What to do
//!
//! Bring the control-plane nodes of the missing members back first. Only when they are lost for
//! good, restore the quorum from one surviving member, by the documented procedure for the
//! release.
//!
//! # Blind spots
//!
//! `etcdctl endpoint health` asks every member for an answer that needs the quorum, so a healthy
//! member reads as unhealthy while the others are down. A cluster that has lost its quorum for
//! long can hardly be collected at all: an archive that holds almost nothing is a hint of its own.
//! Sockets of the pods (`unixs://`) always fail and are left out.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdmemberscontroller/etcdmemberscontroller.go`
//! - etcd-io/etcd `etcdctl/ctlv3/command/ep_command.go`
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdInsufficientMembers.md`

use mustknow_gather::kinds::{OPERATOR_ETCD, Operator};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{EtcdEndpoint, EtcdMember, Report, Reported, enumerate, etcd_gap, excerpt};

pub(super) static META: Meta = Meta {
    id: "etcd/quorum-lost",
    title: "an etcd without a majority of healthy members",
    severity: Severity::Critical,
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
    let report = Report::of(case, &OPERATOR_ETCD, "etcd", "EtcdMembersAvailable");
    let members = EtcdMember::all(case).map(|(_, members)| members).unwrap_or_default();
    if let Some((document, endpoints)) = EtcdEndpoint::all(case) {
        // What was asked at the time of the collection goes before what the operator noted.
        let voting: Vec<_> = endpoints.iter().filter(|e| !is_learner(e, &members)).collect();
        let healthy = voting.iter().filter(|endpoint| endpoint.is_healthy).count();
        let all = voting.len().max(members.iter().filter(|member| !member.is_learner).count());
        if all == 0 || healthy > all / 2 {
            return Verdict::over(all, Vec::new(), "etcd has no voting member");
        }
        let sick: Vec<_> = voting.into_iter().filter(|endpoint| !endpoint.is_healthy).collect();
        // Members that were not asked at all do not count as down.
        if all.saturating_sub(sick.len()) > all / 2 {
            return Verdict::Unknown(etcd_gap(case, Special::EtcdHealth));
        }
        let mut evidence = sick
            .iter()
            .map(|endpoint| {
                let subject = Subject::cluster("EtcdMember", name(case, endpoint, &members));
                let note = format!("unhealthy: {}", excerpt(&endpoint.error));
                Evidence::in_document(subject, &document, endpoint.span.clone(), note)
            })
            .collect::<Vec<_>>()
            .into_iter();
        let Some(first) = evidence.next() else {
            return Verdict::Unknown(etcd_gap(case, Special::EtcdHealth));
        };
        let names: Vec<_> = sick.iter().map(|endpoint| name(case, endpoint, &members)).collect();
        let lost = format!(
            "etcd has no quorum: {healthy} of {all} members are healthy, {} not",
            enumerate(&names, 5)
        );
        let finding = Finding::new(subject(), lost, first).evidence(evidence);
        return Verdict::Found(vec![asked(finding, &names, report)]);
    }
    match report {
        Report::Bad(reported) => Verdict::Found(vec![noted(&reported)]),
        Report::Fine if says_members(case) => Verdict::Healthy { examined: 1 },
        Report::Fine | Report::NoSource => Verdict::Unknown(etcd_gap(case, Special::EtcdHealth)),
    }
}

/// Whether the operator speaks of the members at all; silence of its summary proves nothing.
fn says_members(case: &Case<'_>) -> bool {
    case.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .is_some_and(|own| own.condition("EtcdMembersAvailable").is_some())
}

fn is_learner(endpoint: &EtcdEndpoint, members: &[EtcdMember]) -> bool {
    member(endpoint, members).is_some_and(|member| member.is_learner)
}

fn member<'m>(endpoint: &EtcdEndpoint, members: &'m [EtcdMember]) -> Option<&'m EtcdMember> {
    let host = endpoint.host()?;
    members.iter().find(|member| member.hosts.contains(&host))
}

fn name(case: &Case<'_>, endpoint: &EtcdEndpoint, members: &[EtcdMember]) -> String {
    match member(endpoint, members) {
        Some(member) => match member.node(case) {
            Some(node) => node.name().to_owned(),
            None => member.call().to_owned(),
        },
        None => endpoint.url.clone(),
    }
}

fn asked(finding: Finding, names: &[String], report: Report<'_>) -> Finding {
    let certainty = match &report {
        // The operator, which asks on its own, sees a quorum: the question itself may have failed.
        Report::Fine => Certainty::Likely,
        Report::Bad(_) | Report::NoSource => Certainty::Certain,
    };
    let finding = lost(finding)
        .certainty(certainty)
        .doubt("the etcd operator, which asks on its own, sees a quorum")
        .saying(format!("{}: etcd members unhealthy", names.join(", ")));
    let finding = names.iter().fold(finding, |finding, name| {
        finding.explains(Subject::cluster("EtcdMember", name.clone()), "")
    });
    match report {
        Report::Bad(reported) => finding
            .since(reported.since())
            .saying(reported.words())
            .evidence([reported.evidence("the etcd operator sees no quorum either")]),
        Report::Fine | Report::NoSource => finding,
    }
}

fn noted(reported: &Reported<'_>) -> Finding {
    let summary = format!("etcd has no quorum: {}", excerpt(&reported.message));
    let evidence = reported.evidence("the etcd operator sees no quorum");
    lost(Finding::new(subject(), summary, evidence))
        .since(reported.since())
        .certainty(Certainty::Likely)
        .doubt("only the etcd operator says so; what the members answer was not collected")
        .saying(reported.words())
}

fn lost(finding: Finding) -> Finding {
    finding
        .why(
            "etcd answers only while more than half of its members agree. Without that the API \
             can neither be read nor written, and every operator fails in its own words.",
        )
        .remedy(
            Remedy::new(
                "Bring the control-plane nodes of the missing members back. Restore the quorum \
                 from a surviving member only when they are lost for good.",
            )
            .verify(
                "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table",
            )
            .before(
                "before a quorum restore: a backup of etcd exists and the missing members will \
                 not come back by themselves",
                Proof::ByHand(String::new()),
            ),
        )
}

fn subject() -> Subject {
    Subject::cluster("Etcd", "cluster")
}
