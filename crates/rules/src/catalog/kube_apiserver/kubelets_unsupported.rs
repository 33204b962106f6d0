//! Unsupported version skew between kubelets and the API server.
//!
//! Only a version skew that is unsupported now is reported. A skew that would become unsupported
//! with the next update only blocks that update, which `update/minor-version-blocked` reports. With
//! more than three nodes the operator reports their number and not their names.
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/kubeletversionskewcontroller/kubelet_version_skew_controller.go`

use crate::catalog::prelude::*;

/// During an update each node may be behind until it is updated.
const GRACE: Span = Span::hours(3);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_KUBE_API_SERVER)])
    .check(check)
    .why(
        "A kubelet may be one or two minor versions older than the API server, and never newer. \
         A larger skew is not tested, and the next update of the control plane is refused.",
    )
    .fix(
        "Let the MachineConfigPools of the listed nodes update: resume a paused pool, and fix a \
         degraded one.",
    )
    .run(&["oc get machineconfigpools"])
    .verify(&["oc get nodes"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = kube_api_server_operator(cx)?;
    let Some(condition) = own.condition("KubeletMinorVersionUpgradeable") else {
        return Err(not_applicable("this release does not compare kubelets with the API server"));
    };
    let reason = condition.reason();
    let is_bad = matches!(&*reason, "KubeletMinorVersionUnsupported" | "KubeletMinorVersionAhead");
    let runs = cx.cluster_version().and_then(UpdatePhase::of).is_some_and(UpdatePhase::is_updating);
    if !is_bad || (runs && !cx.is_older(condition.since(), GRACE)) {
        return Ok(Checked::over(1, None));
    }
    let message = condition.message();
    let summary = format!("unsupported kubelet version skew: {}", excerpt(&message));
    let evidence = Evidence::condition(own.resource(), condition, reason.clone());
    let finding = Finding::new(Subject::view(own), summary, evidence)
        .since(condition.since())
        .keywords("KubeletMinorVersion")
        .keywords(&message);
    Ok(Checked::over(1, vec![finding]))
}
