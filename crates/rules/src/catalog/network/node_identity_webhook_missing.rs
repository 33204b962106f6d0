//! Missing network-node-identity webhook.
//!
//! - openshift/cluster-network-operator `pkg/network/node_identity.go`, `pkg/platform/platform.go`

use crate::catalog::prelude::*;

const WEBHOOK: &str = "network-node-identity.openshift.io";
/// The ConfigMap that can disable the webhook.
const SWITCH: (&str, &str) = ("openshift-network-operator", "network-node-identity");

pub(super) const RULE: Rule = rule(Info, Symptom, releases(14, u32::MAX))
    .check(check)
    .reads(&[
        Need::Kind(&VALIDATING_WEBHOOK),
        Need::Kind(&MUTATING_WEBHOOK),
        Need::Kind(&INFRASTRUCTURE),
        Need::ConfigMap(SWITCH.0, SWITCH.1),
    ])
    .at_once("the network operator creates it when the installation is complete")
    .why(
        "Since 4.14 the webhook network-node-identity.openshift.io ensures that the network \
         pods of a node modify only that node and its pods. The network operator creates the \
         webhook when the installation is complete. The cluster works without it, but is less \
         protected.",
    )
    .fix(
        "The log of the network operator shows what it waits for: the end of the installation \
         (ConfigMap kube-system/bootstrap), the CA of the webhook, or its DaemonSet.",
    )
    .run(&["oc logs -n openshift-network-operator deployment/network-operator | grep 'webhook will not be applied'"])
    .verify(&["oc get validatingwebhookconfiguration {name}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    if has_hosted_control_plane(cx) || is_installing(cx) {
        return Err(not_applicable("the control plane is hosted or being installed"));
    }
    if !cx.coverage().has_namespace("openshift-network-node-identity") {
        return Err(not_applicable("the cluster network does not use node identity"));
    }
    let switch = cx.find::<ConfigMap<'_>>(SWITCH.0, SWITCH.1);
    let enabled = switch.and_then(|map| map.resource().text(&["data", "enabled"]));
    if enabled.is_some_and(|enabled| enabled != "true") {
        return Err(not_applicable("node identity is disabled"));
    }
    if cx.find_as::<WebhookConfiguration<'_>>(&VALIDATING_WEBHOOK, "", WEBHOOK).is_some() {
        return Ok(Checked::over(1, None));
    }
    let searched = cx.prove_whole(&VALIDATING_WEBHOOK, "")?;
    let subject = Subject::cluster("ValidatingWebhookConfiguration", WEBHOOK);
    let summary = format!("ValidatingWebhookConfiguration {WEBHOOK} does not exist");
    let evidence = Evidence::missing(subject.clone(), &searched);
    Ok(Checked::over(1, [Finding::new(subject, summary, evidence).keywords(WEBHOOK)]))
}
