//! Missing network-node-identity webhook.
//!
//! # Why it matters
//!
//! Since 4.14 the webhook `network-node-identity.openshift.io` ensures that the network pods of a
//! node modify only that node and its pods. The network operator creates the webhook when the
//! installation is complete. The cluster works without it, but is less protected.
//!
//! # What to do
//!
//! The log of the network operator shows what it waits for: the end of the installation (ConfigMap
//! `kube-system/bootstrap`), the CA of the webhook, or its DaemonSet.
//!
//! # Blind spots
//!
//! Clusters with a hosted control plane, and clusters in which ConfigMap
//! `openshift-network-operator/network-node-identity` disables the webhook, are not checked.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/network/node_identity.go`, `pkg/platform/platform.go`

use mustknow_cluster::model::kinds::{INFRASTRUCTURE, MUTATING_WEBHOOK, VALIDATING_WEBHOOK};
use mustknow_cluster::views::{ConfigMap, WebhookConfiguration};

use crate::catalog::prelude::*;
use crate::domain::has_hosted_control_plane;
use crate::engine::is_installing;
use crate::engine::meta::Releases;

const WEBHOOK: &str = "network-node-identity.openshift.io";
const OPERATOR_NAMESPACE: &str = "openshift-network-operator";

pub(super) static META: Meta = Meta {
    id: "network/node-identity-webhook-missing",
    title: "missing network-node-identity webhook",
    severity: Severity::Info,
    role: Role::Symptom,
    scope: Scope::Releases(Releases::between(14, u32::MAX)),
    needs: &[],
    uses: &[
        Need::Kind(&VALIDATING_WEBHOOK),
        Need::Kind(&MUTATING_WEBHOOK),
        Need::Kind(&INFRASTRUCTURE),
        Need::ConfigMap(OPERATOR_NAMESPACE, "network-node-identity"),
    ],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    if has_hosted_control_plane(cx) || is_installing(cx) {
        return Verdict::NotApplicable("the control plane is hosted or being installed".to_owned());
    }
    if !cx.coverage().has_namespace("openshift-network-node-identity") {
        return Verdict::NotApplicable("the cluster network does not use node identity".to_owned());
    }
    let switch = cx.find::<ConfigMap<'_>>(OPERATOR_NAMESPACE, "network-node-identity");
    let enabled = switch.and_then(|map| map.resource().text(&["data", "enabled"]));
    if enabled.is_some_and(|enabled| enabled != "true") {
        return Verdict::NotApplicable("node identity is disabled".to_owned());
    }
    if cx.find_as::<WebhookConfiguration<'_>>(&VALIDATING_WEBHOOK, "", WEBHOOK).is_some() {
        return Verdict::Healthy { examined: 1 };
    }
    let searched = match cx.prove_whole(&VALIDATING_WEBHOOK, "") {
        Ok(searched) => searched,
        Err(missing) => return Verdict::Unknown(Gap::missing(&missing)),
    };
    let subject = Subject::cluster("ValidatingWebhookConfiguration", WEBHOOK);
    let summary = format!("ValidatingWebhookConfiguration {WEBHOOK} does not exist");
    let finding = Finding::new(subject.clone(), summary, Evidence::missing(subject, &searched))
        .keywords(WEBHOOK)
        .why(
            "The webhook ensures that the network pods of a node modify only that node. The \
             network operator creates it when the installation is complete, its CA exists and its \
             DaemonSet is ready. The cluster works without it.",
        )
        .remedy(
            Remedy::new("Check in the log of the network operator what it waits for.")
                .command(format!(
                    "oc logs -n {OPERATOR_NAMESPACE} deployment/network-operator | grep \
                     'webhook will not be applied'"
                ))
                .verify(format!("oc get validatingwebhookconfiguration {WEBHOOK}")),
        );
    Verdict::Found(vec![finding])
}
