//! Installed operators incompatible with the next minor version.
//!
//! # Why it matters
//!
//! An operator can declare the maximum OpenShift version that it supports. While an installed
//! operator does not support the next minor version, cluster updates to that version are blocked.
//! Patch updates are not blocked.
//!
//! # What to do
//!
//! Before the cluster update, update the operators in the message to a compatible version, or
//! remove operators that are not needed.
//!
//! # Blind spots
//!
//! If the compatibility cannot be determined, updates are also blocked, and the message says so.
//!
//! # References
//!
//! - operator-framework/operator-lifecycle-manager
//!   `pkg/controller/operators/openshift/clusteroperator_controller.go`
//!   (`IncompatibleOperatorsInstalled`, `ErrorCheckingOperatorCompatibility`)

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::judge_cluster_operator;

pub(super) static META: Meta = Meta {
    id: "olm/blocks-update",
    title: "installed operators incompatible with the next minor version",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_cluster_operator(cx, "operator-lifecycle-manager", &["Upgradeable"], |reported| {
        let (what, advice) = match reported.reason.as_str() {
            "IncompatibleOperatorsInstalled" => (
                "installed operators are incompatible with the next minor version",
                "Update the operators in the message, or remove operators that are not needed.",
            ),
            "ErrorCheckingOperatorCompatibility" => (
                "compatibility of installed operators with the next minor version is unknown",
                "Fix the problem, usually a ClusterServiceVersion with an invalid property.",
            ),
            // Other reasons are about the operator's own update.
            _ => return None,
        };
        let message = excerpt(&reported.message);
        let subject = Subject::cluster("ClusterOperator", "operator-lifecycle-manager");
        let finding = reported
            .finding(subject, format!("{what}: {message}"))
            .why("Updates to the next minor version are blocked. Patch updates are not.")
            .remedy(
                Remedy::new(advice)
                    .command("oc get clusterserviceversions --all-namespaces")
                    .verify("oc get clusteroperator operator-lifecycle-manager -o yaml"),
            );
        Some(finding)
    })
}
