//! Webhooks whose caBundle does not believe the server behind them.
//!
//! # Why it matters
//!
//! The kube-apiserver checks the server of a webhook with its `caBundle`. Where that does not hold
//! who signed the certificate, every call fails: with failurePolicy Fail requests are refused, and
//! of a conversion webhook the objects cannot even be read.
//!
//! # What to do
//!
//! Fill in the bundle again: the annotation `service.beta.openshift.io/inject-cabundle` does so for
//! certificates of service-ca, its operator for those of OLM.
//!
//! # Blind spots
//!
//! Only webhooks behind a Service whose Secret is known for sure are judged, and not those that
//! service-ca fills in itself, of which certificates/service-ca-bundle-stale speaks. What the
//! server has loaded may be older than its Secret.
//!
//! # References
//!
//! - kubernetes/api `admissionregistration/v1/types.go` (caBundle; without one the roots of the host count)
//! - openshift/service-ca-operator `pkg/controller/api/api.go`
//! - operator-framework/operator-lifecycle-manager `pkg/controller/install/certresources.go`

use mustknow_gather::certificate::Held;
use mustknow_gather::kinds::{
    CUSTOM_RESOURCE_DEFINITION, CustomResourceDefinition, MUTATING_WEBHOOK, SECRET, SERVICE,
    VALIDATING_WEBHOOK, WebhookConfiguration,
};
use mustknow_gather::resource::Resource;

use crate::catalog::prelude::*;
use crate::facts::{Serving, held_evidence, is_injected};

pub(super) static META: Meta = Meta {
    id: "certificates/webhook-ca-mismatch",
    title: "webhooks whose caBundle does not believe the server behind them",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Certificates(&SECRET), Need::Kind(&SERVICE)],
    uses: &[
        Need::Certificates(&VALIDATING_WEBHOOK),
        Need::Certificates(&MUTATING_WEBHOOK),
        Need::Certificates(&CUSTOM_RESOURCE_DEFINITION),
    ],
};

/// One call that the kube-apiserver makes.
struct Call<'s> {
    caller: &'s Resource,
    name: String,
    authorities: Option<&'s Held>,
    service: (String, String),
    fails_closed: bool,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let (mut examined, mut findings) = (0, Vec::new());
    for call in calls(case) {
        let (namespace, service) = &call.service;
        let Some(serving) = Serving::of(case, call.caller, namespace, service) else { continue };
        examined += 1;
        if serving.is_refused(case, call.authorities) {
            findings.push(finding(&call, serving));
        }
    }
    Verdict::over(examined, findings, "of no webhook is it known which certificate its server has")
}

fn calls<'s>(case: &Case<'s>) -> Vec<Call<'s>> {
    let mut calls = Vec::new();
    for configuration in case.all::<WebhookConfiguration<'s>>() {
        let caller = configuration.resource();
        for webhook in configuration.webhooks() {
            let Some((namespace, service)) = webhook.service() else { continue };
            let name = webhook.name().into_owned();
            calls.push(Call {
                authorities: caller.certificates().iter().find(|held| *held.key == *name),
                caller,
                name,
                service: (namespace.into_owned(), service.into_owned()),
                fails_closed: webhook.fails_closed(),
            });
        }
    }
    for definition in case.all::<CustomResourceDefinition<'s>>() {
        let caller = definition.resource();
        let path = ["spec", "conversion", "webhook", "clientConfig", "service"];
        let Some(service) = caller.at(&path) else { continue };
        let part = |field: &str| service.text_at(&[field]).map(std::borrow::Cow::into_owned);
        let (Some(namespace), Some(name)) = (part("namespace"), part("name")) else { continue };
        calls.push(Call {
            caller,
            name: "the conversion webhook".to_owned(),
            authorities: caller.certificates().first(),
            service: (namespace, name),
            fails_closed: true,
        });
    }
    // cert-manager fills in its own authorities.
    calls.retain(|call| {
        !is_injected(call.caller)
            && call.caller.annotation("cert-manager.io/inject-ca-from").is_none()
    });
    calls
}

fn finding(call: &Call<'_>, serving: Serving<'_>) -> Finding {
    let caller = call.caller.key();
    let what = serving.instead(call.authorities);
    let evidence = match call.authorities {
        Some(held) => held_evidence(call.caller, held, format!("it {what}")),
        None => Evidence::seen(call.caller, call.caller.head_span(), "no caBundle stands in it"),
    };
    let (namespace, service) = &call.service;
    let summary = format!(
        "{} of {caller} {what}, and its server behind Service {namespace}/{service} has a \
         certificate of {}",
        call.name,
        serving.signer()
    );
    let effect = if call.fails_closed {
        "Every call of the webhook fails, and with it the request that needs it."
    } else {
        "Every call of the webhook fails; its failurePolicy lets requests pass all the same."
    };
    Finding::new(Subject::of(call.caller), summary, evidence)
        .severity(if call.fails_closed { Severity::Error } else { Severity::Warning })
        .likely("what the server has loaded is read from its Secret")
        .why(effect)
        .saying(format!(
            "certificate x509: failed calling webhook {} {namespace}/{service}",
            call.name
        ))
        .evidence([serving.evidence()])
        .remedy(serving.remedy(call.caller))
}
