//! Monitoring configuration that blocks the next minor version.
//!
//! # Why it matters
//!
//! The configuration contains a field that the next release no longer supports, or a misspelled
//! field that is currently ignored. Updates to the next minor version are blocked until the field
//! is removed; patch updates are not.
//!
//! # What to do
//!
//! Remove or rename the field that the message names.
//!
//! # Blind spots
//!
//! Only the message shows which of the two ConfigMaps contains the field.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go` (`setUpgradeable`)

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::judge_cluster_operator;

pub(super) static META: Meta = Meta {
    id: "monitoring/config-outdated",
    title: "monitoring configuration that blocks the next minor version",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_cluster_operator(cx, "monitoring", &["Upgradeable"], |reported| {
        if reported.reason != "InvalidConfiguration" {
            return None;
        }
        let subject =
            Subject::namespaced("ConfigMap", "openshift-monitoring", "cluster-monitoring-config");
        let finding = reported
            .finding(
                subject,
                format!(
                    "the monitoring configuration is not compatible with the next release: {}",
                    excerpt(&reported.message)
                ),
            )
            .why("Updates to the next minor version are blocked; patch updates are not.")
            .remedy(
                Remedy::new("Remove or rename the field that the message names.")
                    .command(
                        "oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml",
                    )
                    .command(
                        "oc get configmap -n openshift-user-workload-monitoring \
                         user-workload-monitoring-config -o yaml",
                    )
                    .verify("oc get clusteroperator monitoring -o yaml"),
            );
        Some(finding)
    })
}
