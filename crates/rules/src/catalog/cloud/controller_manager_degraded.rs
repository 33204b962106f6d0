//! Degraded cloud controller manager.
//!
//! If pods of the cloud controller manager do not run, the findings about these pods show why.
//!
//! - openshift/cluster-cloud-controller-manager-operator `pkg/controllers/status.go`
//!   (`SyncingFailed`), `cloud_config_sync_controller.go` (`CloudConfigControllerDegraded`),
//!   `trusted_ca_bundle_controller.go` (`TrustedCABundleControllerControllerDegraded`)

use crate::catalog::prelude::*;

const OPERATOR: &str = "cloud-controller-manager";
const NAMESPACE: &str = "openshift-cloud-controller-manager";
/// How long a rollout may take.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .why(
        "New nodes keep the taint node.cloudprovider.kubernetes.io/uninitialized until the \
         cloud controller manager has initialized them, Services of type LoadBalancer get no \
         address, and an update waits.",
    )
    .fix(
        "Correct the cloud configuration in ConfigMap openshift-config/cloud-provider-config, \
         or the certificate bundle that the proxy references, as described in the message.",
    );

/// The conditions of its controllers first: they are more specific.
const CONDITIONS: [&str; 3] =
    ["TrustedCABundleControllerControllerDegraded", "CloudConfigControllerDegraded", "Degraded"];

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_cluster_operator(cx, OPERATOR, &CONDITIONS, |reported| {
        let name = reported.condition.name();
        let (what, advice) = match &*name {
            "TrustedCABundleControllerControllerDegraded" => (
                "the trusted certificate bundle cannot be merged",
                "Correct the ConfigMap that Proxy/cluster references in trustedCA.",
            ),
            "CloudConfigControllerDegraded" => (
                "the cloud configuration cannot be synced",
                "Correct ConfigMap openshift-config/cloud-provider-config, or the Infrastructure \
                 object that references it.",
            ),
            _ => (
                "its operator is degraded",
                "Fix the problem that the message reports, and check the log of the operator.",
            ),
        };
        let summary = format!(
            "the cloud controller manager cannot be rolled out because {what}: {}",
            excerpt(&reported.message)
        );
        let finding = reported
            .finding(Subject::cluster("Namespace", NAMESPACE), summary)
            .keywords(&name)
            .fix(advice)
            .run(format!("oc get pods -n {NAMESPACE}"))
            .run(format!(
                "oc logs -n {NAMESPACE}-operator \
                         deployment/cluster-cloud-controller-manager-operator --all-containers"
            ))
            .verify(format!("oc get clusteroperator {OPERATOR}"));
        Some(Persistence::of(cx, reported.since(), GRACE).apply(finding, RULE.meta.severity))
    })
}
