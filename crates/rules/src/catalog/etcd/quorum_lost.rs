//! etcd quorum loss.
//!
//! `etcdctl endpoint health` sends every member a request that needs quorum, so a healthy member is
//! reported as unhealthy while the others are down. If a cluster has had no quorum for a long time,
//! hardly any data can be collected, so an almost empty archive is itself a hint. Sockets of the
//! pods (`unixs://`) always fail and are ignored.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdmemberscontroller/etcdmemberscontroller.go`
//! - etcd-io/etcd `etcdctl/ctlv3/command/ep_command.go`
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdInsufficientMembers.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[
        Need::KnownFile(KnownFile::EtcdHealth),
        Need::KnownFile(KnownFile::EtcdMembers),
        Need::Kind(&OPERATOR_ETCD),
    ])
    .check(check)
    .why(
        "etcd answers only while more than half of its voting members agree. Without quorum the \
         API server can neither read nor write, every operator fails with its own error, and \
         no object in the cluster changes any more.",
    )
    .fix(
        "First restore the control-plane nodes of the missing members. Only if they are \
         permanently lost, restore the quorum from one surviving member according to the \
         documented procedure for the release.",
    )
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table"])
    .before(&[(
        "before restoring the quorum: a backup of etcd exists and the missing members \
                 cannot be recovered",
        "",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let report = ConditionReport::of(cx, &OPERATOR_ETCD, "etcd", "EtcdMembersAvailable");
    let members = EtcdMember::all(cx).map(|(_, members)| members).unwrap_or_default();
    if let Some((document, endpoints)) = EtcdEndpoint::all(cx) {
        // The health check at collection time takes precedence over the condition of the operator.
        let voting: Vec<_> = endpoints.iter().filter(|e| !is_learner(e, &members)).collect();
        let healthy = voting.iter().filter(|endpoint| endpoint.is_healthy).count();
        let all = voting.len().max(members.iter().filter(|member| !member.is_learner).count());
        if all == 0 || healthy > all / 2 {
            return Ok(Checked::over(all, Vec::new()));
        }
        let unhealthy: Vec<_> =
            voting.into_iter().filter(|endpoint| !endpoint.is_healthy).collect();
        // Members that were not checked at all do not count as down.
        if all.saturating_sub(unhealthy.len()) > all / 2 {
            return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdHealth)));
        }
        let mut evidence = unhealthy
            .iter()
            .map(|endpoint| {
                let subject = Subject::cluster("EtcdMember", name(cx, endpoint, &members));
                let note = format!("unhealthy: {}", excerpt(&endpoint.error));
                Evidence::in_document(subject, &document, endpoint.span.clone(), note)
            })
            .collect::<Vec<_>>()
            .into_iter();
        let Some(first) = evidence.next() else {
            return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdHealth)));
        };
        let names: Vec<_> = unhealthy.iter().map(|endpoint| name(cx, endpoint, &members)).collect();
        let lost = format!(
            "etcd has no quorum: {healthy} of {all} members are healthy, unhealthy: {}",
            name_list_up_to(&names, 5)
        );
        let finding = Finding::new(subject(), lost, first).evidence(evidence);
        return Ok(Checked::over(1, vec![complete(finding, &names, report)]));
    }
    match report {
        ConditionReport::Bad(reported) => Ok(Checked::over(1, vec![noted(&reported)])),
        ConditionReport::Healthy if reports_members(cx) => Ok(Checked::over(1, None)),
        ConditionReport::Healthy | ConditionReport::NotCollected => {
            Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdHealth)))
        }
    }
}

/// Whether the operator's own object has the condition. Its absence from the ClusterOperator proves
/// nothing.
fn reports_members(cx: &RuleContext<'_>) -> bool {
    cx.find_as::<Operator<'_>>(&OPERATOR_ETCD, "", "cluster")
        .is_some_and(|own| own.condition("EtcdMembersAvailable").is_some())
}

fn is_learner(endpoint: &EtcdEndpoint, members: &[EtcdMember]) -> bool {
    member(endpoint, members).is_some_and(|member| member.is_learner)
}

fn member<'m>(endpoint: &EtcdEndpoint, members: &'m [EtcdMember]) -> Option<&'m EtcdMember> {
    let host = endpoint.host()?;
    members.iter().find(|member| member.hosts.contains(&host))
}

fn name(cx: &RuleContext<'_>, endpoint: &EtcdEndpoint, members: &[EtcdMember]) -> String {
    match member(endpoint, members) {
        Some(member) => match member.node(cx) {
            Some(node) => node.name().to_owned(),
            None => member.display_name().to_owned(),
        },
        None => endpoint.url.clone(),
    }
}

fn complete(finding: Finding, names: &[String], report: ConditionReport<'_>) -> Finding {
    let certainty = match &report {
        // The operator runs its own check and sees quorum, so the health check may have failed.
        ConditionReport::Healthy => Certainty::Likely,
        ConditionReport::Bad(_) | ConditionReport::NotCollected => Certainty::Certain,
    };
    let finding = lost(finding)
        .certainty(certainty)
        .uncertainty("the etcd operator runs its own check and reports quorum")
        .keywords(format!("{}: etcd members unhealthy", names.join(", ")));
    let finding = names.iter().fold(finding, |finding, name| {
        finding.explains(Subject::cluster("EtcdMember", name.clone()), "")
    });
    match report {
        ConditionReport::Bad(reported) => finding
            .since(reported.since())
            .keywords(reported.keywords())
            .evidence([reported.evidence("the etcd operator also reports no quorum")]),
        ConditionReport::Healthy | ConditionReport::NotCollected => finding,
    }
}

fn noted(reported: &ConditionState<'_>) -> Finding {
    let summary = format!("etcd has no quorum: {}", excerpt(&reported.message));
    let evidence = reported.evidence("the etcd operator reports no quorum");
    lost(Finding::new(subject(), summary, evidence))
        .since(reported.since())
        .certainty(Certainty::Likely)
        .uncertainty(
            "only the etcd operator reports it, the health of the members was not collected",
        )
        .keywords(reported.keywords())
}

fn lost(finding: Finding) -> Finding {
    finding
}

fn subject() -> Subject {
    Subject::cluster("Etcd", "cluster")
}
