//! Kubelets too far behind the API server, or ahead of it.
//!
//! # Why it matters
//!
//! A kubelet may be one or two minor versions older than the API server, and never newer. Beyond
//! that nobody tested whether the two understand each other, and the next update of the control
//! plane is refused.
//!
//! # What to do
//!
//! Let the pools of the nodes that are named update: resume a pool that is paused, mend one that is
//! degraded.
//!
//! # Blind spots
//!
//! Only what is unsupported now is reported; kubelets that would be so after the next update merely
//! block it, which `update/minor-version-blocked` says. With more than three nodes the operator
//! gives their number and not their names.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/kubeletversionskewcontroller/kubelet_version_skew_controller.go`

use mustknow_gather::kinds::OPERATOR_KUBE_API_SERVER;

use crate::catalog::prelude::*;
use crate::facts::{Update, excerpt, kube_api_server_itself};

/// While the nodes follow an update each may be behind.
const GRACE: Span = Span::hours(3);

pub(super) static META: Meta = Meta {
    id: "kube-apiserver/kubelets-unsupported",
    title: "kubelets too far behind the API server, or ahead of it",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_API_SERVER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = match kube_api_server_itself(case) {
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
    let runs = case.cluster_version().and_then(Update::of).is_some_and(Update::is_updating);
    if !is_bad || (runs && !case.is_older(condition.since(), GRACE)) {
        return Verdict::Healthy { examined: 1 };
    }
    let message = condition.message();
    let summary = format!("kubelets do not fit the API server: {}", excerpt(&message));
    let evidence = Evidence::condition(own.resource(), condition, reason.clone());
    let finding = Finding::new(Subject::view(own), summary, evidence)
        .since(condition.since())
        .why(
            "Nobody tested whether kubelets so far from the API server understand it, and the next \
             update of the control plane is refused.",
        )
        .saying("KubeletMinorVersion")
        .saying(&message)
        .remedy(
            Remedy::new("Let the pools of these nodes update.")
                .command("oc get machineconfigpools")
                .verify("oc get nodes"),
        );
    Verdict::Found(vec![finding])
}
