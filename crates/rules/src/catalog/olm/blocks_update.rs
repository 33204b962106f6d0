//! Installed operators incompatible with the next minor version.
//!
//! If the compatibility cannot be determined, updates are also blocked, and the message says so.
//!
//! - operator-framework/operator-lifecycle-manager
//!   `pkg/controller/operators/openshift/clusteroperator_controller.go`
//!   (`IncompatibleOperatorsInstalled`, `ErrorCheckingOperatorCompatibility`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .check(check)
    .why(
        "An operator can declare the maximum OpenShift version that it supports. While an \
         installed operator does not support the next minor version, cluster updates to that \
         version are blocked. Patch updates are not blocked.",
    )
    .fix(
        "Before the cluster update, update the operators in the message to a compatible \
         version, or remove operators that are not needed.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
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
            .fix(advice)
            .run("oc get clusterserviceversions --all-namespaces")
            .verify("oc get clusteroperator operator-lifecycle-manager -o yaml");
        Some(finding)
    })
}
