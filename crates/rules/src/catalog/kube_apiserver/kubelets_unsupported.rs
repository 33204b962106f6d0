//! Unsupported version skew between kubelets and the API server.
//!
//! # Why it matters
//!
//! A kubelet may be one or two minor versions older than the API server, and never newer. A larger
//! skew is not tested, and the next update of the control plane is refused.
//!
//! # What to do
//!
//! Let the MachineConfigPools of the listed nodes update: resume a paused pool, and fix a degraded
//! one.
//!
//! # Blind spots
//!
//! Only a version skew that is unsupported now is reported. A skew that would become unsupported
//! with the next update only blocks that update, which `update/minor-version-blocked` reports. With
//! more than three nodes the operator reports their number and not their names.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/kubeletversionskewcontroller/kubelet_version_skew_controller.go`

use mustknow_cluster::model::kinds::OPERATOR_KUBE_API_SERVER;
use mustknow_cluster::views::UpdatePhase;

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::kube_api_server_operator;

/// During an update each node may be behind until it is updated.
const GRACE: Span = Span::hours(3);

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/kubelets-unsupported",
    title: "unsupported version skew between kubelets and the API server",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_API_SERVER)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let own = match kube_api_server_operator(cx) {
        Ok(own) => own,
        Err(unknown) => return unknown,
    };
    let Some(condition) = own.condition("KubeletMinorVersionUpgradeable") else {
        return Verdict::NotApplicable(
            "this release does not compare kubelets with the API server".to_owned(),
        );
    };
    let reason = condition.reason();
    let is_bad = matches!(&*reason, "KubeletMinorVersionUnsupported" | "KubeletMinorVersionAhead");
    let runs = cx.cluster_version().and_then(UpdatePhase::of).is_some_and(UpdatePhase::is_updating);
    if !is_bad || (runs && !cx.is_older(condition.since(), GRACE)) {
        return Verdict::Healthy { examined: 1 };
    }
    let message = condition.message();
    let summary = format!("unsupported kubelet version skew: {}", excerpt(&message));
    let evidence = Evidence::condition(own.resource(), condition, reason.clone());
    let finding = Finding::new(Subject::view(own), summary, evidence)
        .since(condition.since())
        .why(
            "Such a large version skew between kubelets and the API server is not tested, and the \
             next update of the control plane is refused.",
        )
        .keywords("KubeletMinorVersion")
        .keywords(&message)
        .remedy(
            Remedy::new("Let the MachineConfigPools of these nodes update.")
                .command("oc get machineconfigpools")
                .verify("oc get nodes"),
        );
    Verdict::Found(vec![finding])
}
