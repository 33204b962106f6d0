//! The etcd member of the bootstrap host, long after the installation.
//!
//! # Why it matters
//!
//! The bootstrap host is thrown away at the end of the installation, and its member leaves etcd
//! before that. A member `etcd-bootstrap` that is still listed counts for the quorum though no
//! machine stands behind it, so the failure of a single control-plane node can cost the quorum.
//!
//! # What to do
//!
//! Do not create ConfigMap `kube-system/bootstrap` blindly: once it says `complete`, the etcd
//! operator removes the member by itself. Make sure first that the other members are healthy, one
//! for each control-plane node.
//!
//! # Blind spots
//!
//! The member list tells names, not machines: whether the bootstrap host still runs somewhere
//! must be looked up where it was made.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/bootstrapteardown/bootstrap_teardown_controller.go`

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{EtcdEndpoint, EtcdMember, Update, etcd_gap};

pub(super) static META: Meta = Meta {
    id: "etcd/bootstrap-member-left",
    title: "the etcd member of the bootstrap host, long after the installation",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::EtcdMembers)],
    uses: &[Need::Special(Special::EtcdHealth)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some((document, members)) = EtcdMember::all(case).filter(|(_, all)| !all.is_empty()) else {
        return Verdict::Unknown(etcd_gap(case, Special::EtcdMembers));
    };
    let Some(left) = members.iter().find(|member| member.name == "etcd-bootstrap") else {
        return Verdict::Healthy { examined: members.len() };
    };
    let Some(update) = case.cluster_version().and_then(Update::of) else {
        let gap = Gap::new(
            GapKind::NotCollected,
            "etcd-bootstrap is a member, and without the ClusterVersion nobody can say whether \
             the installation has finished",
        );
        return Verdict::Unknown(gap.ask("oc get clusterversion version -o yaml"));
    };
    let Some(completed) = update.completed() else {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    };
    let subject = Subject::cluster("EtcdMember", "etcd-bootstrap");
    let evidence = Evidence::in_document(
        subject.clone(),
        &document,
        left.span.clone(),
        "the member is still listed",
    );
    let others = members.len() - 1;
    let summary = format!(
        "etcd still has the member etcd-bootstrap beside {others} others, though the installation \
         has finished"
    );
    let when = completed.ended().map(|time| format!(" at {}", seconds(time)));
    let finished = case.cluster_version().map(|version| {
        let note = format!("{} was completed{}", completed.version(), when.unwrap_or_default());
        Evidence::seen(version.resource(), completed.span(), note)
    });
    let finding = Finding::new(subject, summary, evidence)
        .why(
            "The member counts for the quorum, but the bootstrap host is gone, or should be: \
             fewer control-plane nodes may fail than their number promises.",
        )
        .saying("etcd-bootstrap")
        .evidence(finished)
        .remedy(remedy(case, others));
    Verdict::Found(vec![finding])
}

fn remedy(case: &Case<'_>, others: usize) -> Remedy {
    Remedy::new(
        "Do not create ConfigMap kube-system/bootstrap blindly: it makes the etcd operator remove \
         the member. Make sure first that the other members carry the cluster without it.",
    )
    .verify("oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member list -w table")
    .before(
        format!("the {others} other members are healthy, one for each control-plane node"),
        healthy(case, others),
    )
    .before(
        "the bootstrap machine is powered off and out of the load balancer pools for ports 6443 \
         and 22623",
        Proof::ByHand(String::new()),
    )
}

fn healthy(case: &Case<'_>, others: usize) -> Proof {
    match EtcdEndpoint::all(case) {
        Some((document, endpoints)) => {
            let healthy = endpoints.iter().filter(|endpoint| endpoint.is_healthy).count();
            let words = format!("{} says healthy: {healthy}", document.path);
            if healthy >= others && others >= 3 {
                Proof::Verified(words)
            } else {
                Proof::Violated(words)
            }
        }
        None => Proof::ByHand(
            "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl endpoint health -w table"
                .to_owned(),
        ),
    }
}
