//! Degraded cloud controller manager.
//!
//! If pods of the cloud controller manager do not run, the findings about these pods show why.
//!
//! - openshift/cluster-cloud-controller-manager-operator `pkg/controllers/status.go`
//!   (`SyncingFailed`), `cloud_config_sync_controller.go` (`CloudConfigControllerDegraded`),
//!   `trusted_ca_bundle_controller.go` (`TrustedCABundleControllerControllerDegraded`)

use crate::catalog::prelude::*;

/// The conditions of its controllers first: they are more specific.
const CONDITIONS: &[&str] =
    &["TrustedCABundleControllerControllerDegraded", "CloudConfigControllerDegraded", "Degraded"];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .status("cloud-controller-manager", CONDITIONS, |reported| {
        let name = reported.condition.name();
        let (what, action) = match &*name {
            "TrustedCABundleControllerControllerDegraded" => (
                "the trusted certificate bundle cannot be merged",
                "Correct the ConfigMap that Proxy/cluster references in trustedCA.",
            ),
            "CloudConfigControllerDegraded" => (
                "the cloud configuration cannot be synced",
                "Correct ConfigMap openshift-config/cloud-provider-config, or the Infrastructure \
                 object that references it.",
            ),
            _ => ("its operator is degraded", ""),
        };
        let summary = format!(
            "the cloud controller manager cannot be rolled out because {what}: {}",
            excerpt(&reported.message)
        );
        let subject = Subject::cluster("Namespace", "openshift-cloud-controller-manager");
        Some(reported.finding(subject, summary).keywords(&name).action(action))
    })
    // How long a rollout may take.
    .note_until(Span::minutes(15))
    .why(
        "New nodes keep the taint node.cloudprovider.kubernetes.io/uninitialized until the \
         cloud controller manager has initialized them, Services of type LoadBalancer get no \
         address, and an update waits.",
    )
    .fix("Fix the problem that the message reports, and check the log of the operator.")
    .run(&[
        "oc get pods -n openshift-cloud-controller-manager",
        "oc logs -n openshift-cloud-controller-manager-operator \
         deployment/cluster-cloud-controller-manager-operator --all-containers",
    ])
    .verify(&["oc get clusteroperator cloud-controller-manager"]);
