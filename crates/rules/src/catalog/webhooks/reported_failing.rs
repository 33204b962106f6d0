//! A webhook that the kube-apiserver operator cannot reach.
//!
//! # Why it matters
//!
//! The operator tries every webhook that fails closed, as the API server would: it looks its Service
//! up, connects, and checks its certificate. What fails there fails for requests too, and those are
//! refused.
//!
//! # What to do
//!
//! Follow the message: bring the Service and its pods back, or renew the certificate and the
//! authority that the configuration trusts.
//!
//! # Blind spots
//!
//! The operator asks from its own pod, so a way that is broken only for the API server is not seen.
//! Webhooks that ignore failures are not reported.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/webhooksupportabilitycontroller`

use mustknow_gather::kinds::{Condition, OPERATOR_KUBE_API_SERVER, Operator};

use crate::catalog::prelude::*;
use crate::facts::{Patience, count, excerpt, kube_api_server_itself};

/// How long the pods behind a webhook may take to be replaced.
const GRACE: Span = Span::minutes(10);

/// Releases before 4.11 ended the types with Degraded.
const TYPES: [(&str, &str); 6] = [
    ("MutatingAdmissionWebhookConfigurationError", "mutating webhook"),
    ("MutatingAdmissionWebhookConfigurationDegraded", "mutating webhook"),
    ("ValidatingAdmissionWebhookConfigurationError", "validating webhook"),
    ("ValidatingAdmissionWebhookConfigurationDegraded", "validating webhook"),
    ("CRDConversionWebhookConfigurationError", "conversion webhook"),
    ("CRDConversionWebhookConfigurationDegraded", "conversion webhook"),
];

pub(super) static META: Meta = Meta {
    id: "webhooks/reported-failing",
    title: "a webhook that the kube-apiserver operator cannot reach",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_API_SERVER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = match kube_api_server_itself(case) {
        Ok(own) => own,
        Err(unknown) => return unknown,
    };
    let mut examined = 0;
    let mut findings = Vec::new();
    for (of_type, noun) in TYPES {
        let Some(condition) = own.condition(of_type) else { continue };
        examined += 1;
        let patience = Patience::of(case, condition.since(), GRACE);
        if condition.is_true() && patience != Patience::Young {
            findings.push(patience.weigh(finding(own, condition, noun), META.severity));
        }
    }
    Verdict::over(examined, findings, "this release does not try webhooks")
}

fn finding(own: Operator<'_>, condition: Condition<'_>, noun: &str) -> Finding {
    let message = condition.message();
    let mut webhooks: Vec<_> = message.lines().filter(|line| line.contains(": ")).collect();
    webhooks.sort_unstable();
    webhooks.dedup();
    let summary = format!(
        "the kube-apiserver operator cannot reach {}: {}",
        count(webhooks.len().max(1), noun),
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
    .why("What fails for the operator fails for the API server too, and it refuses the requests.")
    .saying(format!("failed calling webhook {message}"))
    .remedy(
        Remedy::new(
            "Bring the Service and its pods back, or mend the certificate that is refused.",
        )
        .command("oc get validatingwebhookconfigurations,mutatingwebhookconfigurations")
        .verify("oc get kubeapiservers.operator.openshift.io cluster -o yaml"),
    )
}
