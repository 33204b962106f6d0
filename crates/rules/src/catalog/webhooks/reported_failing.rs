//! Webhook that the kube-apiserver operator cannot reach.
//!
//! The operator connects from its own pod, so a network problem that affects only the API server is
//! not detected. Webhooks that ignore failures are not reported.
//!
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/webhooksupportabilitycontroller`

use crate::catalog::prelude::*;

/// How long the pods behind a webhook may take to be replaced.
const GRACE: Span = Span::minutes(10);

/// In releases before 4.11 the types end with Degraded.
const TYPES: [(&str, &str); 6] = [
    ("MutatingAdmissionWebhookConfigurationError", "mutating webhook"),
    ("MutatingAdmissionWebhookConfigurationDegraded", "mutating webhook"),
    ("ValidatingAdmissionWebhookConfigurationError", "validating webhook"),
    ("ValidatingAdmissionWebhookConfigurationDegraded", "validating webhook"),
    ("CRDConversionWebhookConfigurationError", "conversion webhook"),
    ("CRDConversionWebhookConfigurationDegraded", "conversion webhook"),
];

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_KUBE_API_SERVER)])
    .check(check)
    .why(
        "The operator tests every webhook with failurePolicy: Fail in the same way as the API \
         server: it looks up the Service, connects, and verifies the certificate. If the test \
         fails, requests of the API server fail too and are rejected.",
    )
    .fix(
        "Follow the message: restore the Service and its pods, or renew the certificate and the \
         CA that the configuration trusts.",
    )
    .run(&["oc get validatingwebhookconfigurations,mutatingwebhookconfigurations"])
    .verify(&["oc get kubeapiservers.operator.openshift.io cluster -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = kube_api_server_operator(cx)?;
    let mut examined = 0;
    let mut findings = Vec::new();
    for (of_type, noun) in TYPES {
        let Some(condition) = own.condition(of_type) else { continue };
        examined += 1;
        let persistence = Persistence::of(cx, condition.since(), GRACE);
        if condition.is_true() && persistence != Persistence::WithinGrace {
            findings.push(persistence.apply(finding(own, condition, noun), RULE.meta.severity));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn finding(own: Operator<'_>, condition: Condition<'_>, noun: &str) -> Finding {
    let message = condition.message();
    let mut webhooks: Vec<_> = message.lines().filter(|line| line.contains(": ")).collect();
    webhooks.sort_unstable();
    webhooks.dedup();
    let summary = format!(
        "kube-apiserver operator cannot reach {}: {}",
        pluralize(webhooks.len().max(1), noun),
        excerpt(&webhooks.join("; "))
    );
    let name = webhooks.first().and_then(|line| line.split_once(": ")).map_or("", |(name, _)| name);
    let note = format!("{}: {}", condition.name(), condition.reason());
    Finding::new(
        Subject::cluster("Webhook", if name.is_empty() { noun } else { name }),
        summary,
        Evidence::condition(own.resource(), condition, note),
    )
    .since(condition.since())
    .keywords(format!("failed calling webhook {message}"))
}
