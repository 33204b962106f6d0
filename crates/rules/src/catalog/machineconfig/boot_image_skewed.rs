//! Boot images too old for the next release.
//!
//! This rule relies on the condition that the operator reports.
//!
//! - openshift/machine-config-operator `pkg/operator/status.go` (`ClusterBootImageSkewError`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "New machines boot from an image of an earlier release and update themselves on first \
         boot. This fails if the image is too old. The Machine Config Operator therefore blocks \
         updates of the cluster until the boot images are updated, or until an administrator \
         records that they are not needed.",
    )
    .fix(
        "Let the operator manage boot images, update them manually, or record their version in \
         the MachineConfiguration, as described in the message.",
    )
    .run(&["oc get machineconfigurations.operator.openshift.io cluster -o yaml"])
    .verify(&["oc get clusteroperator machine-config -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let operator = cx.find::<ClusterOperator<'_>>("", "machine-config");
    let Some((operator, condition)) =
        operator.and_then(|operator| Some((operator, operator.condition("Upgradeable")?)))
    else {
        let what = "ClusterOperator/machine-config does not report Upgradeable";
        let gap = Gap::new(GapKind::FieldAbsent, what);
        return Err(NotJudged::from(gap.command("oc get clusteroperator machine-config -o yaml")));
    };
    if !condition.is_false() || condition.reason() != "ClusterBootImageSkewError" {
        return Ok(Checked::over(1, None));
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
        .explains(Subject::cluster("ClusterVersion", "version"), "boot image");
    Ok(Checked::over(1, vec![finding]))
}
