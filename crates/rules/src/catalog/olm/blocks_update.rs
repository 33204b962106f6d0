//! Installed operators that do not fit the next minor version.
//!
//! # Why it matters
//!
//! An operator may say up to which version of OpenShift it works. While one that is installed does
//! not go further, updates of the cluster to the next minor version are blocked; patches are not.
//!
//! # What to do
//!
//! Update the operators the message names to a version that goes further, or remove those that
//! nobody needs, before the cluster is updated.
//!
//! # Blind spots
//!
//! Where compatibility cannot be determined the operator blocks as well, and its message says so.
//!
//! # References
//!
//! - operator-framework/operator-lifecycle-manager
//!   `pkg/controller/operators/openshift/clusteroperator_controller.go`
//!   (`IncompatibleOperatorsInstalled`, `ErrorCheckingOperatorCompatibility`)

use crate::catalog::prelude::*;
use crate::facts::{excerpt, judge_summary};

pub(super) static META: Meta = Meta {
    id: "olm/blocks-update",
    title: "installed operators that do not fit the next minor version",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, "operator-lifecycle-manager", &["Upgradeable"], |reported| {
        let (what, advice) = match reported.reason.as_str() {
            "IncompatibleOperatorsInstalled" => (
                "installed operators do not fit the next minor version",
                "Update the operators the message names, or remove those that nobody needs.",
            ),
            "ErrorCheckingOperatorCompatibility" => (
                "nobody can tell whether the installed operators fit the next minor version",
                "Mend what the message names, mostly a ClusterServiceVersion with a wrong property.",
            ),
            // It says so of its own update.
            _ => return None,
        };
        let said = excerpt(&reported.message);
        let subject = Subject::cluster("ClusterOperator", "operator-lifecycle-manager");
        let finding = reported
            .finding(subject, format!("{what}: {said}"))
            .why("Updates to the next minor version are blocked; patches are not.")
            .remedy(
                Remedy::new(advice)
                    .command("oc get clusterserviceversions --all-namespaces")
                    .verify("oc get clusteroperator operator-lifecycle-manager -o yaml"),
            );
        Some(finding)
    })
}
