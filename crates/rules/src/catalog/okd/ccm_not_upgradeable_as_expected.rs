//! `cloud-controller-manager` reporting `Upgradeable=False` with reason `AsExpected`.
//!
//! If the operator reports another reason, the condition is correct and is not covered by this
//! rule.
//!
//! - <https://github.com/okd-project/okd/issues/1838> (OCPBUGS-13188)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, releases(12, 12))
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "Releases of 4.12 before 4.12.18, and all releases of OKD 4.12, can leave the condition \
         Upgradeable of this operator at False with the reason AsExpected. There is no actual \
         problem, but the cluster cannot be updated to 4.13.",
    )
    .fix(
        "Update to a later 4.12 release first, if there is one. OKD has none: the update to the \
         next minor version must be forced, after all other blocking conditions are resolved.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(operator) = cx.find::<ClusterOperator<'_>>("", "cloud-controller-manager") else {
        let why = "there is no ClusterOperator/cloud-controller-manager";
        return Err(not_applicable(why));
    };
    let blocking = operator
        .condition("Upgradeable")
        .filter(|condition| condition.is_false() && condition.reason() == "AsExpected");
    let Some(condition) = blocking else { return Ok(Checked::over(1, None)) };
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
    .since(condition.since())
    .keywords(condition.reason())
    .explains(Subject::cluster("ClusterVersion", "version"), operator.name())
    .run("oc adm upgrade --to-image=<release image> --allow-explicit-upgrade --force")
    .before("nothing else blocks the update", alone)
    .before("the digest of the image was verified manually", Proof::ByHand(String::new()))
    .before("etcd was backed up", Proof::ByHand(String::new()))
    .side_effect(
        "a forced update skips the verification of the image and the check of Upgradeable",
    );
    Ok(Checked::over(1, vec![finding]))
}
