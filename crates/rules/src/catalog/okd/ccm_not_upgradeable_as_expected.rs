//! `cloud-controller-manager` reporting `Upgradeable=False` with reason `AsExpected`.
//!
//! # Why it matters
//!
//! Releases of 4.12 before 4.12.18, and all releases of OKD 4.12, can leave the condition
//! `Upgradeable` of this operator at False with the reason `AsExpected`. There is no actual
//! problem, but the cluster cannot be updated to 4.13.
//!
//! # What to do
//!
//! Update to a later 4.12 release first, if there is one. OKD has none: the update to the next
//! minor version must be forced, after all other blocking conditions are resolved.
//!
//! # Blind spots
//!
//! If the operator reports another reason, the condition is correct and is not covered by this
//! rule.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1838> (OCPBUGS-13188)

use mustknow_cluster::model::kinds::CLUSTER_OPERATOR;
use mustknow_cluster::views::{ClusterOperator, Condition};

use crate::catalog::prelude::*;
use crate::engine::meta::Releases;

pub(super) static META: Meta = Meta {
    id: "okd/ccm-not-upgradeable-as-expected",
    title: "cloud-controller-manager reporting Upgradeable=False with reason AsExpected",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(12, 12)),
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(operator) = cx.find::<ClusterOperator<'_>>("", "cloud-controller-manager") else {
        let why = "there is no ClusterOperator/cloud-controller-manager";
        return Verdict::NotApplicable(why.to_owned());
    };
    let blocking = operator
        .condition("Upgradeable")
        .filter(|condition| condition.is_false() && condition.reason() == "AsExpected");
    let Some(condition) = blocking else { return Verdict::Healthy { examined: 1 } };
    let others = cx
        .all::<ClusterOperator<'_>>()
        .filter(|other| other.name() != operator.name())
        .filter(|other| other.condition("Upgradeable").is_some_and(Condition::is_false))
        .map(ClusterOperator::name)
        .collect::<Vec<_>>();
    let alone = if others.is_empty() {
        Proof::ByHand("oc get clusteroperators -o yaml".to_owned())
    } else {
        Proof::Violated(format!("also not upgradeable: {}", others.join(", ")))
    };
    let finding = Finding::new(
        Subject::cluster("CloudControllerManager", "operator"),
        "ClusterOperator/cloud-controller-manager reports Upgradeable=False with reason \
         AsExpected, a known defect of 4.12",
        Evidence::condition(operator.resource(), condition, "Upgradeable=False, reason AsExpected"),
    )
    .why(
        "The operator did not reset the condition after an earlier state. The condition blocks the \
         next minor version and does not indicate a problem.",
    )
    .since(condition.since())
    .keywords(condition.reason())
    .explains(Subject::cluster("ClusterVersion", "version"), operator.name())
    .remedy(
        Remedy::new(
            "Update to 4.12.18 or later first. If there is no such release, as on OKD, force the \
             update to the next minor version.",
        )
        .command("oc adm upgrade --to-image=<release image> --allow-explicit-upgrade --force")
        .precondition("nothing else blocks the update", alone)
        .precondition("the digest of the image was verified manually", Proof::ByHand(String::new()))
        .precondition("etcd was backed up", Proof::ByHand(String::new()))
        .side_effect(
            "a forced update skips the verification of the image and the check of Upgradeable",
        ),
    );
    Verdict::Found(vec![finding])
}
