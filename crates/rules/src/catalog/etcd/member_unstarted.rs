//! Unstarted etcd member.
//!
//! The member list contains no timestamps. The time since the member was added is known only if the
//! etcd operator's own object or its ClusterOperator was collected.
//!
//! - openshift/cluster-etcd-operator `pkg/etcdcli/health.go` (a member without a name has not started),
//!   `pkg/operator/etcdmemberscontroller/etcdmemberscontroller.go`

use crate::catalog::prelude::*;

const CONDITION: &str = "EtcdMembersProgressing";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&OPERATOR_ETCD)])
    .check(check)
    // How long a member may take to start.
    .note_until(Span::minutes(10))
    .why(
        "A member counts for the quorum from the moment it is added. A member that never starts \
         leaves etcd without fault tolerance, and the operator adds no other member in the \
         meantime.",
    )
    .fix(
        "Read the log of the etcd pod on the new node. In most cases its data directory \
         contains data of an earlier member, or the member cannot reach its peers.",
    )
    .run(&["oc logs -n openshift-etcd -c etcd etcd-<node>"])
    .verify(&["oc get etcd cluster -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    if is_installing(cx) {
        return Err(not_applicable("the installation has not finished"));
    }
    match (EtcdMember::all(cx), ConditionReport::of(cx, &OPERATOR_ETCD, "etcd", CONDITION)) {
        (Ok(members), report) => {
            let unstarted = members.iter().filter(|member| member.name.is_empty());
            let findings = unstarted.map(|member| {
                let node = member.node(cx);
                let name = node.map_or(member.display_name(), Node::name);
                let shown = "a member without a name has never started";
                let finding = waiting(name, members.evidence(name, &member.span, shown));
                match &report {
                    ConditionReport::Bad(reported) => confirmed(finding, reported)
                        .evidence([reported.evidence(excerpt(&reported.message))]),
                    _ => finding.severity(Warning).likely(
                        "the etcd operator does not report it, and a member that was added \
                         recently has no name either",
                    ),
                }
            });
            Ok(Checked::over(members.len(), findings))
        }
        (Err(gap), report) => {
            judge_by_operator(cx, CONDITION, &report, gap, |reported| vec![listed(reported)])
        }
    }
}

/// The member that the operator lists.
fn listed(reported: &ConditionState<'_>) -> Finding {
    let mut parts = reported.message.split([',', '\n']);
    let name = parts.find_map(|part| part.trim().strip_suffix(" has not started"));
    let shown = "the etcd operator reports a member that has not started";
    confirmed(waiting(name.unwrap_or("(unnamed)"), reported.evidence(shown)), reported)
}

fn confirmed(finding: Finding, reported: &ConditionState<'_>) -> Finding {
    finding.since(reported.since()).keywords(reported.keywords())
}

fn waiting(name: &str, evidence: Evidence) -> Finding {
    let subject = Subject::cluster("EtcdMember", name);
    Finding::new(subject, format!("etcd member {name} was added but has not started"), evidence)
        .keywords(format!("member {name} has not started"))
}
