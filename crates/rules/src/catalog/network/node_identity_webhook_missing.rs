//! Nodes whose changes to themselves nobody examines.
//!
//! # Why it matters
//!
//! From 4.14 on the webhook `network-node-identity.openshift.io` sees to it that the network pods of
//! a node change that node and its pods only. The network operator makes it once the installation
//! is complete. Without it the cluster works; it is less well guarded.
//!
//! # What to do
//!
//! The log of the network operator says what it waits for: the installation, by ConfigMap
//! `kube-system/bootstrap`, the webhook's authority, or its DaemonSet.
//!
//! # Blind spots
//!
//! Clusters whose control plane runs elsewhere, and those where ConfigMap
//! `openshift-network-operator/network-node-identity` turns it off, are left out.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/network/node_identity.go`, `pkg/platform/platform.go`

use mustknow_gather::kinds::{
    ConfigMap, INFRASTRUCTURE, MUTATING_WEBHOOK, VALIDATING_WEBHOOK, WebhookConfiguration,
};

use crate::catalog::prelude::*;
use crate::facts::{is_hosted, is_installing};
use crate::meta::Releases;

const WEBHOOK: &str = "network-node-identity.openshift.io";
const OPERATOR_NAMESPACE: &str = "openshift-network-operator";

pub(super) static META: Meta = Meta {
    id: "network/node-identity-webhook-missing",
    title: "nodes whose changes to themselves nobody examines",
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

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if is_hosted(case) || is_installing(case) {
        return Verdict::NotApplicable("the webhook is not expected yet, or not here".to_owned());
    }
    if !case.coverage().has_namespace("openshift-network-node-identity") {
        return Verdict::NotApplicable("the network has no node identity".to_owned());
    }
    let switch = case.find::<ConfigMap<'_>>(OPERATOR_NAMESPACE, "network-node-identity");
    let enabled = switch.and_then(|map| map.resource().text(&["data", "enabled"]));
    if enabled.is_some_and(|enabled| enabled != "true") {
        return Verdict::NotApplicable("node identity is turned off".to_owned());
    }
    if case.find_as::<WebhookConfiguration<'_>>(&VALIDATING_WEBHOOK, "", WEBHOOK).is_some() {
        return Verdict::Healthy { examined: 1 };
    }
    let searched = match case.prove_whole(&VALIDATING_WEBHOOK, "") {
        Ok(searched) => searched,
        Err(missing) => return Verdict::Unknown(Gap::missing(&missing)),
    };
    let subject = Subject::cluster("ValidatingWebhookConfiguration", WEBHOOK);
    let summary = format!("ValidatingWebhookConfiguration {WEBHOOK} does not exist");
    let finding = Finding::new(subject.clone(), summary, Evidence::missing(subject, &searched))
        .saying(WEBHOOK)
        .why(
            "It sees to it that the network pods of a node change that node only. The network \
             operator makes it when the installation is complete, its authority is there and its \
             DaemonSet is ready. The cluster works without it.",
        )
        .remedy(
            Remedy::new("Read in the log of the network operator what it waits for.")
                .command(format!(
                    "oc logs -n {OPERATOR_NAMESPACE} deployment/network-operator | grep \
                     'webhook will not be applied'"
                ))
                .verify(format!("oc get validatingwebhookconfiguration {WEBHOOK}")),
        );
    Verdict::Found(vec![finding])
}
