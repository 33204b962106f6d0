//! `cloud-controller-manager` reporting `Upgradeable=False` with reason `AsExpected`.
//!
//! If the operator reports another reason, the condition is correct.
//!
//! - <https://github.com/okd-project/okd/issues/1838> (OCPBUGS-13188)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, releases(12, 12))
    .check(check)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .at_once("the condition does not change by itself")
    .why(
        "Releases of 4.12 before 4.12.18, and all releases of OKD 4.12, can leave the condition \
         Upgradeable of this operator at False with the reason AsExpected. There is no actual \
         problem, but the cluster cannot be updated to 4.13.",
    )
    .fix(
        "Update to a later 4.12 release first, if there is one. OKD has none: the update to the \
         next minor version must be forced, after all other blocking conditions are resolved.",
    )
    .run(&["oc adm upgrade --to-image=<release image> --allow-explicit-upgrade --force"])
    .verify(&["oc adm upgrade"])
    .side_effects(&[
        "a forced update skips the verification of the image and the check of Upgradeable",
    ])
    .before(&[("the digest of the image was verified manually", ""), ("etcd was backed up", "")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let operator = cx.required::<ClusterOperator<'_>>("", "cloud-controller-manager")?;
    let blocking = blocking(operator).filter(|it| it.reason() == "AsExpected");
    let others = cx.all::<ClusterOperator<'_>>().filter(|it| it.name() != operator.name());
    let others = others.filter(|it| self::blocking(*it).is_some());
    let others: Vec<_> = others.map(ClusterOperator::name).collect();
    let alone = match others.as_slice() {
        [] => Proof::by_hand("oc get clusteroperators -o yaml"),
        others => Proof::Violated(format!("also not upgradeable: {}", others.join(", "))),
    };
    let finding = blocking.map(|condition| {
        Finding::new(
            Subject::cluster("CloudControllerManager", "operator"),
            "ClusterOperator/cloud-controller-manager reports Upgradeable=False with reason \
             AsExpected, a known defect of 4.12",
            Evidence::condition(
                operator.resource(),
                condition,
                "Upgradeable=False, reason AsExpected",
            ),
        )
        .since(condition.since())
        .keywords(condition.reason())
        .explains(Subject::cluster("ClusterVersion", "version"), operator.name())
        .before("nothing else blocks the update", alone)
    });
    Ok(Checked::over(1, finding))
}

/// The condition of an operator that blocks updates.
fn blocking(operator: ClusterOperator<'_>) -> Option<Condition<'_>> {
    operator.condition("Upgradeable").filter(|it| it.is_false())
}
