//! Webhook with a caBundle that does not match its serving certificate.
//!
//! Only webhooks with a Service whose Secret is known for certain are checked. Webhooks into which
//! service-ca injects the bundle are covered by certificates/service-ca-bundle-stale.
//!
//! - kubernetes/api `admissionregistration/v1/types.go` (caBundle; without one the roots of the host count)
//! - openshift/service-ca-operator `pkg/controller/api/api.go`
//! - operator-framework/operator-lifecycle-manager `pkg/controller/install/certresources.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Certificates(&SECRET), Need::Kind(&SERVICE)])
    .reads(&[
        Need::Certificates(&VALIDATING_WEBHOOK),
        Need::Certificates(&MUTATING_WEBHOOK),
        Need::Certificates(&CUSTOM_RESOURCE_DEFINITION),
    ])
    .grace(PROPAGATION)
    .why(
        "The kube-apiserver verifies the server of a webhook with its caBundle. If the bundle \
         does not contain the CA that issued the certificate, every call fails. With \
         failurePolicy Fail the requests are rejected, and the objects of a conversion webhook \
         cannot even be read.",
    )
    .fix(
        "Update the bundle, or let its operator do it: cert-manager does it for objects with \
         the annotation cert-manager.io/inject-ca-from, and OLM for its own certificates. On \
         OpenShift the annotation service.beta.openshift.io/inject-cabundle does it for \
         certificates of service-ca.",
    );

/// One call that the kube-apiserver makes.
struct WebhookCall<'s> {
    caller: &'s Resource,
    name: String,
    ca_bundle: Option<&'s CertificateRef>,
    service: (String, String),
    fails_closed: bool,
}

fn check(cx: &RuleContext<'_>) -> Checked {
    let admission = cx.all::<WebhookConfiguration<'_>>().flat_map(admission_calls);
    let calls =
        admission.chain(cx.all::<CustomResourceDefinition<'_>>().filter_map(conversion_call));
    let (mut examined, mut findings, mut gaps) = (0, Vec::new(), Vec::new());
    for call in calls {
        let (namespace, service) = &call.service;
        // cert-manager injects its own CAs.
        let is_injected = is_ca_injected(call.caller)
            || call.caller.annotation("cert-manager.io/inject-ca-from").is_some();
        if is_injected {
            continue;
        }
        let Some(serving) = ServingCertificate::of(cx, call.caller, namespace, service) else {
            continue;
        };
        examined += 1;
        let who = format!("{} of {}", call.name, call.caller.key());
        match serving.untrusted(call.caller, &who, call.ca_bundle) {
            Ok(untrusted) => findings.extend(untrusted.map(|it| finding(&call, it))),
            Err(gap) => gaps.push(gap),
        }
    }
    Checked::over(examined, findings).or_unknown(gaps)
}

fn admission_calls(configuration: WebhookConfiguration<'_>) -> Vec<WebhookCall<'_>> {
    let caller = configuration.resource();
    let calls = configuration.webhooks().filter_map(|webhook| {
        let ((namespace, service), name) = (webhook.service()?, webhook.name());
        let mut bundles = caller.certificates().iter();
        Some(WebhookCall {
            caller,
            ca_bundle: bundles.find(|bundle| *bundle.key == *name),
            name: name.into_owned(),
            service: (namespace.into_owned(), service.into_owned()),
            fails_closed: webhook.fails_closed(),
        })
    });
    calls.collect()
}

fn conversion_call(definition: CustomResourceDefinition<'_>) -> Option<WebhookCall<'_>> {
    let caller = definition.resource();
    let service = caller.at(&["spec", "conversion", "webhook", "clientConfig", "service"])?;
    let part = |field: &str| service.text_at(&[field]).map(Cow::into_owned);
    Some(WebhookCall {
        caller,
        name: "the conversion webhook".to_owned(),
        ca_bundle: caller.certificates().first(),
        service: (part("namespace")?, part("name")?),
        fails_closed: true,
    })
}

fn finding(call: &WebhookCall<'_>, untrusted: Finding) -> Finding {
    let (name, (namespace, service)) = (&call.name, &call.service);
    let finding = untrusted
        .keywords(format!("certificate x509: failed calling webhook {name} {namespace}/{service}"));
    if call.fails_closed {
        return finding;
    }
    finding
        .severity(Warning)
        .why("Every call of the webhook fails. Its failurePolicy still allows the requests.")
}
