//! Boot images of new machines that are too old for the next release.
//!
//! # Why it matters
//!
//! New machines boot from an image of an earlier release and update themselves on first boot. From
//! an image that is too old that fails, so the machine-config operator does not let the cluster be
//! updated until the boot images are, or until somebody says that they are not needed.
//!
//! # What to do
//!
//! Let the operator manage boot images, update them by hand, or record their version in the
//! `MachineConfiguration`, as the message says.
//!
//! # Blind spots
//!
//! The operator's word is taken as it is.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/operator/status.go` (`ClusterBootImageSkewError`)

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator};

use crate::catalog::prelude::*;
use crate::facts::excerpt;

pub(super) static META: Meta = Meta {
    id: "machineconfig/boot-image-skewed",
    title: "boot images of new machines that are too old for the next release",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let operator = case.find::<ClusterOperator<'_>>("", "machine-config");
    let Some((operator, condition)) =
        operator.and_then(|operator| Some((operator, operator.condition("Upgradeable")?)))
    else {
        let what = "ClusterOperator machine-config does not say whether it is Upgradeable";
        let gap = Gap::new(GapKind::FieldAbsent, what);
        return Verdict::Unknown(gap.ask("oc get clusteroperator machine-config -o yaml"));
    };
    if !condition.is_false() || condition.reason() != "ClusterBootImageSkewError" {
        return Verdict::Healthy { examined: 1 };
    }
    let message = condition.message();
    let summary =
        format!("the boot images are too old for another minor version: {}", excerpt(&message));
    let evidence = Evidence::condition(operator.resource(), condition, "Upgradeable is False");
    let subject = Subject::cluster("MachineConfiguration", "cluster");
    let finding = Finding::new(subject, summary, evidence)
        .since(condition.since())
        .saying("ClusterBootImageSkewError")
        .explains(Subject::cluster("ClusterVersion", "version"), "ClusterBootImageSkewError")
        .explains(Subject::cluster("ClusterVersion", "version"), "boot image")
        .why(
            "Machines that are added boot from an image of an earlier release. One that is too old \
             cannot bring itself up to the next release, so the operator refuses the update.",
        )
        .remedy(
            Remedy::new("Bring the boot images up to date, or record their version.")
                .command("oc get machineconfigurations.operator.openshift.io cluster -o yaml")
                .verify("oc get clusteroperator machine-config -o yaml"),
        );
    Verdict::Found(vec![finding])
}
