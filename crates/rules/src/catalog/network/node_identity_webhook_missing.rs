//! Missing network-node-identity webhook.
//!
//! Clusters with a hosted control plane, and clusters in which ConfigMap
//! `openshift-network-operator/network-node-identity` disables the webhook, are not checked.
//!
//! - openshift/cluster-network-operator `pkg/network/node_identity.go`, `pkg/platform/platform.go`

use crate::catalog::prelude::*;

const WEBHOOK: &str = "network-node-identity.openshift.io";
const OPERATOR_NAMESPACE: &str = "openshift-network-operator";

pub(super) const RULE: Rule = rule(Info, Symptom, releases(14, u32::MAX))
    .reads(&[
        Need::Kind(&VALIDATING_WEBHOOK),
        Need::Kind(&MUTATING_WEBHOOK),
        Need::Kind(&INFRASTRUCTURE),
        Need::ConfigMap(OPERATOR_NAMESPACE, "network-node-identity"),
    ])
    .check(check)
    .why(
        "Since 4.14 the webhook network-node-identity.openshift.io ensures that the network \
         pods of a node modify only that node and its pods. The network operator creates the \
         webhook when the installation is complete. The cluster works without it, but is less \
         protected.",
    )
    .fix(
        "The log of the network operator shows what it waits for: the end of the installation \
         (ConfigMap kube-system/bootstrap), the CA of the webhook, or its DaemonSet.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    if has_hosted_control_plane(cx) || is_installing(cx) {
        return Err(not_applicable("the control plane is hosted or being installed"));
    }
    if !cx.coverage().has_namespace("openshift-network-node-identity") {
        return Err(not_applicable("the cluster network does not use node identity"));
    }
    let switch = cx.find::<ConfigMap<'_>>(OPERATOR_NAMESPACE, "network-node-identity");
    let enabled = switch.and_then(|map| map.resource().text(&["data", "enabled"]));
    if enabled.is_some_and(|enabled| enabled != "true") {
        return Err(not_applicable("node identity is disabled"));
    }
    if cx.find_as::<WebhookConfiguration<'_>>(&VALIDATING_WEBHOOK, "", WEBHOOK).is_some() {
        return Ok(Checked::over(1, None));
    }
    let searched = match cx.prove_whole(&VALIDATING_WEBHOOK, "") {
        Ok(searched) => searched,
        Err(missing) => return Err(NotJudged::from(Gap::missing(&missing))),
    };
    let subject = Subject::cluster("ValidatingWebhookConfiguration", WEBHOOK);
    let summary = format!("ValidatingWebhookConfiguration {WEBHOOK} does not exist");
    let finding = Finding::new(subject.clone(), summary, Evidence::missing(subject, &searched))
        .keywords(WEBHOOK)
        .run(format!(
            "oc logs -n {OPERATOR_NAMESPACE} deployment/network-operator | grep \
                     'webhook will not be applied'"
        ))
        .verify(format!("oc get validatingwebhookconfiguration {WEBHOOK}"));
    Ok(Checked::over(1, vec![finding]))
}
