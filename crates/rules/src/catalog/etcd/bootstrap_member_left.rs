//! Leftover etcd-bootstrap member after the installation.
//!
//! # Why it matters
//!
//! The bootstrap host is removed at the end of the installation, and its member leaves etcd before
//! that. A member `etcd-bootstrap` that is still listed counts for the quorum although its machine
//! no longer exists, so the failure of a single control-plane node can cause quorum loss.
//!
//! # What to do
//!
//! Do not create ConfigMap `kube-system/bootstrap` without checks: as soon as its status is
//! `complete`, the etcd operator removes the member automatically. First make sure that the other
//! members are healthy and that there is one for each control-plane node.
//!
//! # Blind spots
//!
//! The member list contains names, not machines. Check on the platform where the bootstrap host was
//! created whether it still runs.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/bootstrapteardown/bootstrap_teardown_controller.go`

use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::views::UpdatePhase;

use crate::catalog::prelude::*;
use crate::domain::{EtcdEndpoint, EtcdMember, etcd_gap};
use crate::engine::evidence::seconds;

pub(super) static META: Meta = Meta {
    id: "etcd/bootstrap-member-left",
    title: "leftover etcd-bootstrap member after the installation",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::EtcdMembers)],
    uses: &[Need::KnownFile(KnownFile::EtcdHealth)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some((document, members)) = EtcdMember::all(cx).filter(|(_, all)| !all.is_empty()) else {
        return Verdict::Unknown(etcd_gap(cx, KnownFile::EtcdMembers));
    };
    let Some(member) = members.iter().find(|member| member.name == "etcd-bootstrap") else {
        return Verdict::Healthy { examined: members.len() };
    };
    let Some(update) = cx.cluster_version().and_then(UpdatePhase::of) else {
        let gap = Gap::new(
            GapKind::NotCollected,
            "etcd-bootstrap is a member, and without the ClusterVersion it is not known whether \
             the installation has finished",
        );
        return Verdict::Unknown(gap.command("oc get clusterversion version -o yaml"));
    };
    let Some(completed) = update.completed() else {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
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
        .why(
            "The member counts for the quorum, but the bootstrap host no longer exists, or should \
             not exist. etcd tolerates fewer failures than the number of nodes suggests.",
        )
        .keywords("etcd-bootstrap")
        .evidence(finished)
        .remedy(remedy(cx, others));
    Verdict::Found(vec![finding])
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
