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
    .at_once("the member leaves etcd before the installation finishes")
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
    )
    .verify(&["oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member list -w table"])
    .before(&[(
        "the bootstrap machine is powered off and removed from the load balancer pools for ports \
         6443 and 22623",
        "",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let members = EtcdMember::all(cx)?;
    let Some(member) = members.iter().find(|member| member.name == "etcd-bootstrap") else {
        return Ok(Checked::over(members.len(), None));
    };
    let version = cx.required::<ClusterVersion<'_>>("", "version")?;
    let Some(completed) = UpdatePhase::of(version).and_then(UpdatePhase::completed) else {
        return Err(not_applicable("the installation has not finished"));
    };
    let others = members.len() - 1;
    let summary = format!(
        "etcd still has the member etcd-bootstrap in addition to {others} others, although the \
         installation has finished"
    );
    let evidence = members.evidence(&member.name, &member.span, "the member is still listed");
    let when = completed.ended().map(|time| format!(" at {}", seconds(time))).unwrap_or_default();
    let finished = format!("{} was completed{when}", completed.version());
    let finding = Finding::new(evidence.subject().clone(), summary, evidence)
        .keywords("etcd-bootstrap")
        .evidence([Evidence::seen(version.resource(), completed.span(), finished)])
        .before(
            format!("the {others} other members are healthy, one for each control-plane node"),
            are_healthy(cx, others),
        );
    Ok(Checked::over(1, [finding]))
}

fn are_healthy(cx: &RuleContext<'_>, others: usize) -> Proof {
    let Ok(endpoints) = EtcdEndpoint::all(cx) else {
        return Proof::by_hand(
            "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table",
        );
    };
    let healthy = endpoints.iter().filter(|endpoint| endpoint.is_healthy).count();
    let detail = format!("{} reports healthy: {healthy}", endpoints.path());
    if healthy >= others && others >= 3 { Proof::Verified(detail) } else { Proof::Violated(detail) }
}
