//! Webhook that the kube-apiserver operator cannot reach.
//!
//! The operator connects from its own pod, so a network problem that affects only the API server is
//! not detected. Webhooks that ignore failures are not reported.
//!
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/webhooksupportabilitycontroller`

use crate::catalog::prelude::*;

/// The condition types; those before 4.11 end with Degraded.
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
    // The pods behind a webhook may take that long to be replaced.
    .grace(Span::minutes(10))
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
    let known = TYPES.iter().filter_map(|(of_type, noun)| Some((own.condition(of_type)?, noun)));
    let failing = known.clone().filter(|(condition, _)| condition.is_true());
    let findings = failing.map(|(condition, noun)| finding(own, condition, noun));
    Ok(Checked::over(known.count(), findings))
}

fn finding(own: Operator<'_>, condition: Condition<'_>, noun: &str) -> Finding {
    let message = condition.message();
    let webhooks: BTreeSet<_> = message.lines().filter(|line| line.contains(": ")).collect();
    let webhooks: Vec<_> = webhooks.into_iter().collect();
    let summary = format!(
        "kube-apiserver operator cannot reach {}: {}",
        pluralize(webhooks.len().max(1), noun),
        excerpt(&webhooks.join("; "))
    );
    let name = webhooks.first().and_then(|line| line.split(": ").next());
    let subject = Subject::cluster("Webhook", name.filter(|it| !it.is_empty()).unwrap_or(noun));
    let note = format!("{}: {}", condition.name(), condition.reason());
    Finding::new(subject, summary, Evidence::condition(own.resource(), condition, note))
        .since(condition.since())
        .keywords(format!("failed calling webhook {message}"))
}
