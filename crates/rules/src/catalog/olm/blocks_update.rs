//! Installed operators incompatible with the next minor version.
//!
//! If the compatibility cannot be determined, updates are also blocked, and the message says so.
//!
//! - operator-framework/operator-lifecycle-manager
//!   `pkg/controller/operators/openshift/clusteroperator_controller.go`
//!   (`IncompatibleOperatorsInstalled`, `ErrorCheckingOperatorCompatibility`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .status("operator-lifecycle-manager", &["Upgradeable"], |reported| {
        let what = match reported.reason.as_str() {
            "IncompatibleOperatorsInstalled" => "are incompatible with the next minor version",
            "ErrorCheckingOperatorCompatibility" => {
                "may be incompatible with the next minor version"
            }
            // Other reasons are about the operator's own update.
            _ => return None,
        };
        let subject = Subject::cluster("ClusterOperator", "operator-lifecycle-manager");
        let summary = format!("installed operators {what}: {}", excerpt(&reported.message));
        let finding = reported.finding(subject, summary);
        Some(match reported.reason.as_str() {
            "IncompatibleOperatorsInstalled" => finding,
            _ => finding.action(
                "Fix the problem that prevents the check, usually a ClusterServiceVersion with an \
                 invalid property.",
            ),
        })
    })
    .at_once("it stays until an operator is updated or removed")
    .why(
        "An operator can declare the maximum OpenShift version that it supports. While an \
         installed operator does not support the next minor version, cluster updates to that \
         version are blocked. Patch updates are not blocked.",
    )
    .fix(
        "Before the cluster update, update the operators in the message to a compatible \
         version, or remove operators that are not needed.",
    )
    .run(&["oc get clusterserviceversions --all-namespaces"])
    .verify(&["oc get clusteroperator operator-lifecycle-manager -o yaml"]);
