//! A monitoring configuration that blocks the next minor version.
//!
//! # Why it matters
//!
//! The configuration holds a field that the next release no longer takes, or one that is misspelled and
//! is ignored so far. Updates to another minor version are refused until it is gone; patches are not.
//!
//! # What to do
//!
//! Remove or rename the field that the message names.
//!
//! # Blind spots
//!
//! Which of both ConfigMaps holds the field, the message alone says.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `pkg/operator/operator.go` (`setUpgradeable`)

use crate::catalog::prelude::*;
use crate::facts::{excerpt, judge_summary};

pub(super) static META: Meta = Meta {
    id: "monitoring/config-outdated",
    title: "a monitoring configuration that blocks the next minor version",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, "monitoring", &["Upgradeable"], |reported| {
        if reported.reason != "InvalidConfiguration" {
            return None;
        }
        let subject =
            Subject::namespaced("ConfigMap", "openshift-monitoring", "cluster-monitoring-config");
        let finding = reported
            .finding(
                subject,
                format!(
                    "the configuration of monitoring does not fit the next release: {}",
                    excerpt(&reported.message)
                ),
            )
            .why("Updates to the next minor version are blocked; patches are not.")
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
