//! Unstarted etcd member.
//!
//! The member list contains no timestamps. The time since the member was added is known only if the
//! etcd operator's own object or its ClusterOperator was collected.
//!
//! - openshift/cluster-etcd-operator `pkg/etcdcli/health.go` (a member without a name has not started),
//!   `pkg/operator/etcdmemberscontroller/etcdmemberscontroller.go`

use crate::catalog::prelude::*;

/// How long a member may take to start.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::KnownFile(KnownFile::EtcdMembers), Need::Kind(&OPERATOR_ETCD)])
    .check(check)
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
    let report = ConditionReport::of(cx, &OPERATOR_ETCD, "etcd", "EtcdMembersProgressing");
    if let Some((document, members)) = EtcdMember::all(cx).filter(|(_, all)| !all.is_empty()) {
        let findings = members.iter().filter(|member| member.name.is_empty()).map(|member| {
            let node = member.node(cx).map(|node| node.name().to_owned());
            let name = node.as_deref().unwrap_or_else(|| member.display_name());
            let subject = Subject::cluster("EtcdMember", name);
            let shows = "a member without a name has never started";
            let span = member.span.clone();
            let evidence = Evidence::in_document(subject.clone(), &document, span, shows);
            let finding = waiting(subject, name, evidence);
            match &report {
                ConditionReport::Bad(reported) => confirmed(cx, finding, reported)
                    .evidence([reported.evidence(excerpt(&reported.message))]),
                _ => finding.severity(Warning).certainty(Certainty::Likely).uncertainty(
                    "the etcd operator does not report it, and a member that was added \
                         recently has no name either",
                ),
            }
        });
        return Ok(Checked::over(members.len(), findings));
    }
    match &report {
        ConditionReport::Bad(reported) => {
            let name = reported
                .message
                .split([',', '\n'])
                .find_map(|part| part.trim().strip_suffix(" has not started"))
                .unwrap_or("(unnamed)");
            let subject = Subject::cluster("EtcdMember", name);
            let evidence =
                reported.evidence("the etcd operator reports a member that has not started");
            Ok(Checked::over(1, vec![confirmed(cx, waiting(subject, name, evidence), reported)]))
        }
        ConditionReport::Healthy if reports_members(cx) => Ok(Checked::over(1, None)),
        _ => Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdMembers))),
    }
}

/// Whether the operator's own object has the condition. The ClusterOperator omits conditions that
/// are fine.
fn reports_members(cx: &RuleContext<'_>) -> bool {
    cx.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .is_some_and(|own| own.condition("EtcdMembersProgressing").is_some())
}

fn confirmed(cx: &RuleContext<'_>, finding: Finding, reported: &ConditionState<'_>) -> Finding {
    finding
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(Error))
        .since(reported.since())
        .keywords(reported.keywords())
}

fn waiting(subject: Subject, name: &str, evidence: Evidence) -> Finding {
    Finding::new(subject, format!("etcd member {name} was added but has not started"), evidence)
        .keywords(format!("member {name} has not started"))
}
