//! A cloud controller manager operator that blocks updates without a reason.
//!
//! # Why it matters
//!
//! Releases of 4.12 before 4.12.18, and all of OKD 4.12, can leave the condition `Upgradeable` of
//! this operator False with the reason `AsExpected`. Nothing is wrong, and yet the cluster may not be
//! updated to 4.13.
//!
//! # What to do
//!
//! Update to a later 4.12 first where there is one. On OKD there is none: the next minor version has
//! to be forced, after everything else that blocks was resolved.
//!
//! # Blind spots
//!
//! An operator that gives another reason means it.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1838> (OCPBUGS-13188)

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator, Condition};

use crate::catalog::prelude::*;
use crate::meta::Releases;

pub(super) static META: Meta = Meta {
    id: "okd/ccm-not-upgradeable-as-expected",
    title: "a cloud controller manager operator that blocks updates without a reason",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(12, 12)),
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(operator) = case.find::<ClusterOperator<'_>>("", "cloud-controller-manager") else {
        let why = "there is no ClusterOperator/cloud-controller-manager";
        return Verdict::NotApplicable(why.to_owned());
    };
    let blocking = operator
        .condition("Upgradeable")
        .filter(|condition| condition.is_false() && condition.reason() == "AsExpected");
    let Some(condition) = blocking else { return Verdict::Healthy { examined: 1 } };
    let others = case
        .all::<ClusterOperator<'_>>()
        .filter(|other| other.name() != operator.name())
        .filter(|other| other.condition("Upgradeable").is_some_and(Condition::is_false))
        .map(ClusterOperator::name)
        .collect::<Vec<_>>();
    let alone = if others.is_empty() {
        Proof::ByHand("oc get clusteroperators -o yaml".to_owned())
    } else {
        Proof::Violated(format!("not upgradeable as well: {}", others.join(", ")))
    };
    let finding = Finding::new(
        Subject::cluster("CloudControllerManager", "operator"),
        "the cloud controller manager operator says that it is not upgradeable, as expected, which \
         is a defect of 4.12",
        Evidence::condition(operator.resource(), condition, "False, and the reason is AsExpected"),
    )
    .why(
        "The operator forgot to set the condition back after an earlier state. It blocks the next \
         minor version and means nothing.",
    )
    .since(condition.since())
    .saying(condition.reason())
    .explains(Subject::cluster("ClusterVersion", "version"), operator.name())
    .remedy(
        Remedy::new(
            "Update to 4.12.18 or later first. Where there is no such release, as on OKD, force \
             the next minor version.",
        )
        .command("oc adm upgrade --to-image=<release image> --allow-explicit-upgrade --force")
        .before("nothing else blocks the update", alone)
        .before("the digest of the image was compared by hand", Proof::ByHand(String::new()))
        .before("etcd was backed up", Proof::ByHand(String::new()))
        .side_effect("a forced update skips the checks of the image and of Upgradeable"),
    );
    Verdict::Found(vec![finding])
}
