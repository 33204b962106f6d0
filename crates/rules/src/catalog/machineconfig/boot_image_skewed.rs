//! Boot images too old for the next release.
//!
//! # Why it matters
//!
//! New machines boot from an image of an earlier release and update themselves on first boot. This
//! fails if the image is too old. The Machine Config Operator therefore blocks updates of the
//! cluster until the boot images are updated, or until an administrator records that they are not
//! needed.
//!
//! # What to do
//!
//! Let the operator manage boot images, update them manually, or record their version in the
//! `MachineConfiguration`, as described in the message.
//!
//! # Blind spots
//!
//! This rule relies on the condition that the operator reports.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/operator/status.go` (`ClusterBootImageSkewError`)

use mustknow_cluster::model::kinds::CLUSTER_OPERATOR;
use mustknow_cluster::views::ClusterOperator;

use crate::catalog::prelude::*;
use crate::engine::excerpt;

pub(super) static META: Meta = Meta {
    id: "machineconfig/boot-image-skewed",
    title: "boot images too old for the next release",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let operator = cx.find::<ClusterOperator<'_>>("", "machine-config");
    let Some((operator, condition)) =
        operator.and_then(|operator| Some((operator, operator.condition("Upgradeable")?)))
    else {
        let what = "ClusterOperator/machine-config does not report Upgradeable";
        let gap = Gap::new(GapKind::FieldAbsent, what);
        return Verdict::Unknown(gap.command("oc get clusteroperator machine-config -o yaml"));
    };
    if !condition.is_false() || condition.reason() != "ClusterBootImageSkewError" {
        return Verdict::Healthy { examined: 1 };
    }
    let message = condition.message();
    let summary =
        format!("the boot images are too old for the next minor version: {}", excerpt(&message));
    let evidence = Evidence::condition(operator.resource(), condition, "Upgradeable is False");
    let subject = Subject::cluster("MachineConfiguration", "cluster");
    let finding = Finding::new(subject, summary, evidence)
        .since(condition.since())
        .keywords("ClusterBootImageSkewError")
        .explains(Subject::cluster("ClusterVersion", "version"), "ClusterBootImageSkewError")
        .explains(Subject::cluster("ClusterVersion", "version"), "boot image")
        .why(
            "New machines boot from an image of an earlier release. If the image is too old, the \
             machine cannot update itself to the next release, so the operator blocks the update.",
        )
        .remedy(
            Remedy::new("Update the boot images, or record their version.")
                .command("oc get machineconfigurations.operator.openshift.io cluster -o yaml")
                .verify("oc get clusteroperator machine-config -o yaml"),
        );
    Verdict::Found(vec![finding])
}
