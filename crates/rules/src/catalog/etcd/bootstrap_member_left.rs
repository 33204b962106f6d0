//! Leftover etcd-bootstrap member after the installation.
//!
//! The member list contains names, not machines. Check on the platform where the bootstrap host was
//! created whether it still runs.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/bootstrapteardown/bootstrap_teardown_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::KnownFile(KnownFile::EtcdMembers)])
    .reads(&[Need::KnownFile(KnownFile::EtcdHealth)])
    .check(check)
    .why(
        "The bootstrap host is removed at the end of the installation, and its member leaves \
         etcd before that. A member etcd-bootstrap that is still listed counts for the quorum \
         although its machine no longer exists, so the failure of a single control-plane node \
         can cause quorum loss.",
    )
    .fix(
        "Do not create ConfigMap kube-system/bootstrap without checks: as soon as its status is \
         complete, the etcd operator removes the member automatically. First make sure that \
         the other members are healthy and that there is one for each control-plane node.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some((document, members)) = EtcdMember::all(cx).filter(|(_, all)| !all.is_empty()) else {
        return Err(NotJudged::from(etcd_gap(cx, KnownFile::EtcdMembers)));
    };
    let Some(member) = members.iter().find(|member| member.name == "etcd-bootstrap") else {
        return Ok(Checked::over(members.len(), None));
    };
    let Some(update) = cx.cluster_version().and_then(UpdatePhase::of) else {
        let gap = Gap::new(
            GapKind::NotCollected,
            "etcd-bootstrap is a member, and without the ClusterVersion it is not known whether \
             the installation has finished",
        );
        return Err(NotJudged::from(gap.command("oc get clusterversion version -o yaml")));
    };
    let Some(completed) = update.completed() else {
        return Err(not_applicable("the installation has not finished"));
    };
    let subject = Subject::cluster("EtcdMember", "etcd-bootstrap");
    let evidence = Evidence::in_document(
        subject.clone(),
        &document,
        member.span.clone(),
        "the member is still listed",
    );
    let others = members.len() - 1;
    let summary = format!(
        "etcd still has the member etcd-bootstrap in addition to {others} others, although the \
         installation has finished"
    );
    let when = completed.ended().map(|time| format!(" at {}", seconds(time)));
    let finished = cx.cluster_version().map(|version| {
        let note = format!("{} was completed{}", completed.version(), when.unwrap_or_default());
        Evidence::seen(version.resource(), completed.span(), note)
    });
    let finding = Finding::new(subject, summary, evidence)
        .keywords("etcd-bootstrap")
        .evidence(finished)
        .remedy(remedy(cx, others));
    Ok(Checked::over(1, vec![finding]))
}

fn remedy(cx: &RuleContext<'_>, others: usize) -> Remedy {
    Remedy::new(
        "Do not create ConfigMap kube-system/bootstrap without checks, because the etcd operator \
         then removes the member. First make sure that the other members have quorum without it.",
    )
    .verify("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member list -w table")
    .precondition(
        format!("the {others} other members are healthy, one for each control-plane node"),
        healthy(cx, others),
    )
    .precondition(
        "the bootstrap machine is powered off and removed from the load balancer pools for ports \
         6443 and 22623",
        Proof::ByHand(String::new()),
    )
}

fn healthy(cx: &RuleContext<'_>, others: usize) -> Proof {
    match EtcdEndpoint::all(cx) {
        Some((document, endpoints)) => {
            let healthy = endpoints.iter().filter(|endpoint| endpoint.is_healthy).count();
            let detail = format!("{} reports healthy: {healthy}", document.path);
            if healthy >= others && others >= 3 {
                Proof::Verified(detail)
            } else {
                Proof::Violated(detail)
            }
        }
        None => Proof::ByHand(
            "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table"
                .to_owned(),
        ),
    }
}
