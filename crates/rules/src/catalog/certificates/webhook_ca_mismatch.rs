//! Webhook with a caBundle that does not match its serving certificate.
//!
//! Only webhooks with a Service whose Secret is known for certain are checked. Webhooks into which
//! service-ca injects the bundle are covered by certificates/service-ca-bundle-stale. The server
//! may have loaded an older certificate than the one in its Secret.
//!
//! - kubernetes/api `admissionregistration/v1/types.go` (caBundle; without one the roots of the host count)
//! - openshift/service-ca-operator `pkg/controller/api/api.go`
//! - operator-framework/operator-lifecycle-manager `pkg/controller/install/certresources.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Certificates(&SECRET), Need::Kind(&SERVICE)])
    .reads(&[
        Need::Certificates(&VALIDATING_WEBHOOK),
        Need::Certificates(&MUTATING_WEBHOOK),
        Need::Certificates(&CUSTOM_RESOURCE_DEFINITION),
    ])
    .check(check)
    .why(
        "The kube-apiserver verifies the server of a webhook with its caBundle. If the bundle \
         does not contain the CA that issued the certificate, every call fails: with \
         failurePolicy Fail, requests are rejected. For a conversion webhook, the objects \
         cannot even be read.",
    )
    .fix(
        "Update the bundle: the annotation service.beta.openshift.io/inject-cabundle does this \
         for certificates of service-ca, and OLM does it for its own certificates.",
    );

/// One call that the kube-apiserver makes.
struct WebhookCall<'s> {
    caller: &'s Resource,
    name: String,
    ca_bundle: Option<&'s CertificateRef>,
    service: (String, String),
    fails_closed: bool,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let (mut examined, mut findings) = (0, Vec::new());
    for call in calls(cx) {
        let (namespace, service) = &call.service;
        let Some(serving) = ServingCertificate::of(cx, call.caller, namespace, service) else {
            continue;
        };
        examined += 1;
        if serving.is_untrusted(cx, call.ca_bundle) {
            findings.push(finding(&call, serving));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn calls<'s>(cx: &RuleContext<'s>) -> Vec<WebhookCall<'s>> {
    let mut calls = Vec::new();
    for configuration in cx.all::<WebhookConfiguration<'s>>() {
        let caller = configuration.resource();
        for webhook in configuration.webhooks() {
            let Some((namespace, service)) = webhook.service() else { continue };
            let name = webhook.name().into_owned();
            calls.push(WebhookCall {
                ca_bundle: caller
                    .certificates()
                    .iter()
                    .find(|certificate_ref| *certificate_ref.key == *name),
                caller,
                name,
                service: (namespace.into_owned(), service.into_owned()),
                fails_closed: webhook.fails_closed(),
            });
        }
    }
    for definition in cx.all::<CustomResourceDefinition<'s>>() {
        let caller = definition.resource();
        let path = ["spec", "conversion", "webhook", "clientConfig", "service"];
        let Some(service) = caller.at(&path) else { continue };
        let part = |field: &str| service.text_at(&[field]).map(Cow::into_owned);
        let (Some(namespace), Some(name)) = (part("namespace"), part("name")) else { continue };
        calls.push(WebhookCall {
            caller,
            name: "the conversion webhook".to_owned(),
            ca_bundle: caller.certificates().first(),
            service: (namespace, name),
            fails_closed: true,
        });
    }
    // cert-manager injects its own CAs.
    calls.retain(|call| {
        !is_ca_injected(call.caller)
            && call.caller.annotation("cert-manager.io/inject-ca-from").is_none()
    });
    calls
}

fn finding(call: &WebhookCall<'_>, serving: ServingCertificate<'_>) -> Finding {
    let caller = call.caller.key();
    let what = serving.trusted_instead(call.ca_bundle);
    let evidence = match call.ca_bundle {
        Some(certificate_ref) => {
            certificate_evidence(call.caller, certificate_ref, format!("it {what}"))
        }
        None => Evidence::seen(call.caller, call.caller.head_span(), "it has no caBundle"),
    };
    let (namespace, service) = &call.service;
    let summary = format!(
        "{} of {caller} {what}, but the certificate of Service {namespace}/{service} was issued by \
         {}",
        call.name,
        serving.issuer()
    );
    let effect = if call.fails_closed {
        "Every call of the webhook fails, and with it the request that needs the webhook."
    } else {
        "Every call of the webhook fails. Its failurePolicy still allows the requests."
    };
    Finding::new(Subject::of(call.caller), summary, evidence)
        .severity(if call.fails_closed { Error } else { Warning })
        .likely("the certificate that the server has loaded is inferred from its Secret")
        .why(effect)
        .keywords(format!(
            "certificate x509: failed calling webhook {} {namespace}/{service}",
            call.name
        ))
        .evidence([serving.evidence()])
        .remedy(serving.remedy(call.caller))
}
