//! etcd quorum loss.
//!
//! `etcdctl endpoint health` sends every member a request that needs quorum, so a healthy member is
//! reported as unhealthy while the others are down. Without quorum hardly any data can be collected,
//! so an almost empty archive is itself a hint. Sockets of the pods (`unixs://`) are ignored.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdmemberscontroller/etcdmemberscontroller.go`
//! - etcd-io/etcd `etcdctl/ctlv3/command/ep_command.go`
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdInsufficientMembers.md`

use crate::catalog::prelude::*;

const CONDITION: &str = "EtcdMembersAvailable";

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[
        Need::KnownFile(KnownFile::EtcdHealth),
        Need::KnownFile(KnownFile::EtcdMembers),
        Need::Kind(&OPERATOR_ETCD),
    ])
    .check(check)
    .at_once("without quorum nothing in the cluster works, however short it is")
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
        "before restoring the quorum: a backup of etcd exists and the missing members cannot be \
         recovered",
        "",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    match (EtcdEndpoint::all(cx), ConditionReport::of(cx, &OPERATOR_ETCD, "etcd", CONDITION)) {
        // The health check at collection time takes precedence over the condition.
        (Ok(endpoints), report) => checked(cx, &endpoints, &report),
        (Err(gap), report) => {
            judge_by_operator(cx, CONDITION, &report, gap, |reported| vec![listed(reported)])
        }
    }
}

fn checked(
    cx: &RuleContext<'_>,
    endpoints: &EtcdFile<EtcdEndpoint>,
    report: &ConditionReport<'_>,
) -> Judged {
    let members = EtcdMember::known(cx);
    let is_learner = |it: &&EtcdEndpoint| it.member(&members).is_some_and(|it| it.is_learner);
    let voting = endpoints.iter().filter(|endpoint| !is_learner(endpoint));
    let (healthy, unhealthy): (Vec<_>, Vec<_>) = voting.partition(|it| it.is_healthy);
    let listed = members.iter().filter(|member| !member.is_learner).count();
    let all = listed.max(healthy.len() + unhealthy.len());
    if all == 0 || healthy.len() > all / 2 {
        return Ok(Checked::over(all, None));
    }
    // Members that were not checked at all do not count as down.
    if all - unhealthy.len() > all / 2 {
        return Err(EtcdEndpoint::gap(cx).into());
    }
    let name = |endpoint: &&EtcdEndpoint| match endpoint.member(&members) {
        Some(member) => member.node(cx).map_or(member.display_name(), Node::name).to_owned(),
        None => endpoint.url.clone(),
    };
    let names: Vec<_> = unhealthy.iter().map(name).collect();
    let evidence = unhealthy.iter().zip(&names).map(|(endpoint, name)| {
        let note = format!("unhealthy: {}", excerpt(&endpoint.error));
        endpoints.evidence(name, &endpoint.span, note)
    });
    let summary = format!(
        "etcd has no quorum: {} of {all} members are healthy, unhealthy: {}",
        healthy.len(),
        name_list_up_to(&names, 5)
    );
    let finding = Finding::based_on(Subject::cluster("Etcd", "cluster"), summary, evidence);
    let finding = finding.map(|finding| {
        let finding = finding.keywords(format!("{}: etcd members unhealthy", names.join(", ")));
        let finding = names.iter().fold(finding, |finding, name| {
            finding.explains(Subject::cluster("EtcdMember", name.clone()), "")
        });
        match report {
            ConditionReport::Bad(reported) => finding
                .since(reported.since())
                .keywords(reported.keywords())
                .evidence([reported.evidence("the etcd operator also reports no quorum")]),
            // The health check itself may have failed.
            ConditionReport::Healthy => {
                finding.likely("the etcd operator runs its own check and reports quorum")
            }
            ConditionReport::NotCollected => finding,
        }
    });
    Ok(Checked::over(all, finding))
}

fn listed(reported: &ConditionState<'_>) -> Finding {
    let summary = format!("etcd has no quorum: {}", excerpt(&reported.message));
    let evidence = reported.evidence("the etcd operator reports no quorum");
    Finding::new(Subject::cluster("Etcd", "cluster"), summary, evidence)
        .since(reported.since())
        .likely("only the etcd operator reports it, the health of the members was not collected")
        .keywords(reported.keywords())
}
