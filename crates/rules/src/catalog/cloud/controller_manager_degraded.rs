//! A cloud controller manager that cannot be rolled out.
//!
//! # Why it matters
//!
//! New nodes keep the taint `node.cloudprovider.kubernetes.io/uninitialized` until it has looked at
//! them, Services of type LoadBalancer get no address, and an update waits.
//!
//! # What to do
//!
//! Correct the cloud's configuration in ConfigMap openshift-config/cloud-provider-config, or the
//! certificate bundle the proxy names, as the message says.
//!
//! # Blind spots
//!
//! Why pods of the manager itself do not run, the findings of the pods say.
//!
//! # References
//!
//! - openshift/cluster-cloud-controller-manager-operator `pkg/controllers/status.go`
//!   (`SyncingFailed`), `cloud_config_sync_controller.go` (`CloudConfigControllerDegraded`),
//!   `trusted_ca_bundle_controller.go` (`TrustedCABundleControllerControllerDegraded`)

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt, judge_summary};

const OPERATOR: &str = "cloud-controller-manager";
const NAMESPACE: &str = "openshift-cloud-controller-manager";
/// How long a rollout may take.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "cloud/controller-manager-degraded",
    title: "a cloud controller manager that cannot be rolled out",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[],
};

/// Its controllers' own conditions first: they say more.
const CONDITIONS: [&str; 3] =
    ["TrustedCABundleControllerControllerDegraded", "CloudConfigControllerDegraded", "Degraded"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, OPERATOR, &CONDITIONS, |reported| {
        let name = reported.condition.name();
        let (what, advice) = match &*name {
            "TrustedCABundleControllerControllerDegraded" => (
                "the trusted certificate bundle cannot be merged",
                "Correct the ConfigMap that Proxy/cluster names under trustedCA.",
            ),
            "CloudConfigControllerDegraded" => (
                "the cloud's configuration cannot be taken over",
                "Correct ConfigMap openshift-config/cloud-provider-config, or the Infrastructure \
                 object that names it.",
            ),
            _ => (
                "its operator is degraded",
                "Mend what the message names, and read the log of the operator.",
            ),
        };
        let summary = format!(
            "the cloud controller manager cannot be rolled out, {what}: {}",
            excerpt(&reported.message)
        );
        let finding = reported
            .finding(Subject::cluster("Namespace", NAMESPACE), summary)
            .saying(&name)
            .why("New nodes stay tainted, and Services of type LoadBalancer get no address.")
            .remedy(
                Remedy::new(advice)
                    .command(format!("oc get pods -n {NAMESPACE}"))
                    .command(format!(
                        "oc logs -n {NAMESPACE}-operator \
                         deployment/cluster-cloud-controller-manager-operator --all-containers"
                    ))
                    .verify(format!("oc get clusteroperator {OPERATOR}")),
            );
        Some(Patience::of(case, reported.since(), GRACE).weigh(finding, META.severity))
    })
}
