//! An admission webhook that fails closed and has nobody to answer it.
//!
//! # Why it matters
//!
//! The API server asks the webhook before it stores an object, and refuses the object when
//! nobody answers. Where the webhook looks at pods, nodes or every kind, nothing can be created
//! or changed any more, the webhook's own pods included.
//!
//! # What to do
//!
//! Bring the pods behind the webhook back. Where they cannot be created because of the webhook
//! itself, take the configuration away for as long as that takes.
//!
//! # Blind spots
//!
//! The namespace of the webhook's Service must be in the archive. Webhooks that call a URL, and
//! Services that stand for a name outside, cannot be judged. Which requests a selector spares is
//! not worked out: a webhook with one is an error, not critical.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/webhooksupportabilitycontroller`
//! - kubernetes/apiserver `pkg/admission/plugin/webhook`

use std::collections::BTreeMap;

use mustknow_gather::coverage::State;
use mustknow_gather::kinds::{
    ENDPOINT_SLICE, ENDPOINTS, MUTATING_WEBHOOK, SERVICE, VALIDATING_WEBHOOK, Webhook,
    WebhookConfiguration,
};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::facts::{Backend, enumerate};

/// How long the pods behind a webhook may take to be replaced.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "webhooks/without-endpoints",
    title: "an admission webhook that fails closed and has nobody to answer it",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[],
    uses: &[
        Need::Kind(&VALIDATING_WEBHOOK),
        Need::Kind(&MUTATING_WEBHOOK),
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&SERVICE),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if let Some(gap) = no_configurations(case) {
        return Verdict::Unknown(gap);
    }
    let (mut examined, mut findings, mut unknown) = (0, Vec::new(), None);
    for configuration in case.all::<WebhookConfiguration<'_>>() {
        let mut by_service: BTreeMap<(String, String), Vec<Webhook<'_>>> = BTreeMap::new();
        for webhook in configuration.webhooks().filter(|webhook| webhook.fails_closed()) {
            if let Some((namespace, name)) = webhook.service() {
                let service = (namespace.into_owned(), name.into_owned());
                by_service.entry(service).or_default().push(webhook);
            }
        }
        for ((namespace, service), webhooks) in &by_service {
            match Backend::of(case, namespace, service) {
                Backend::Outside => {}
                Backend::Unknown(missing) => drop(unknown.get_or_insert((configuration, missing))),
                Backend::Answers => examined += 1,
                silent => {
                    examined += 1;
                    findings.extend(finding(
                        case,
                        configuration,
                        (namespace, service),
                        webhooks,
                        &silent,
                    ));
                }
            }
        }
    }
    match unknown {
        Some((configuration, missing)) if findings.is_empty() => {
            let gap = Gap::missing(&missing);
            Verdict::Unknown(gap.concerning([Subject::view(configuration)]))
        }
        _ => Verdict::over(examined, findings, "no webhook that fails closed calls a Service"),
    }
}

fn no_configurations(case: &Case<'_>) -> Option<Gap> {
    let state = |kind| match case.coverage().of_kind(kind) {
        State::Collected(_) | State::Empty => None,
        state => Some(Gap::kind(kind, &state)),
    };
    state(&VALIDATING_WEBHOOK).filter(|_| state(&MUTATING_WEBHOOK).is_some())
}

fn finding(
    case: &Case<'_>,
    configuration: WebhookConfiguration<'_>,
    (namespace, service): (&str, &str),
    webhooks: &[Webhook<'_>],
    backend: &Backend<'_>,
) -> Option<Finding> {
    let subject = Subject::view(configuration);
    let (state, place, since) = backend.silence(namespace, service)?;
    let names: Vec<_> = webhooks.iter().map(|webhook| webhook.name()).collect();
    let first = webhooks.first()?;
    let evidence = Evidence::seen(
        configuration.resource(),
        first.span(),
        "a call that fails refuses the request",
    );
    let summary = format!(
        "{subject} refuses requests: Service {namespace}/{service} behind its webhook {} {state}",
        enumerate(&names, 3)
    );
    Some(
        Finding::new(subject, summary, evidence)
            .severity(severity(case, configuration, webhooks, since))
            .since(since)
            .why(
                "The API server asks the webhook before it stores an object, and refuses the \
                 object when nobody answers.",
            )
            .saying(format!("webhook {} {namespace} {service}", names.join(" ")))
            .shares(Common::Endpoint, format!("{service}.{namespace}.svc"))
            .evidence([place])
            .remedy(remedy(configuration, namespace, service)),
    )
}

fn severity(
    case: &Case<'_>,
    configuration: WebhookConfiguration<'_>,
    webhooks: &[Webhook<'_>],
    since: Option<Time>,
) -> Severity {
    let youngest = since.max(configuration.resource().created());
    if case.age(youngest).is_some_and(|age| age <= GRACE) {
        return Severity::Warning;
    }
    let is_wide = webhooks.iter().any(|webhook| {
        !webhook.is_selective() && webhook.groups().any(|g| matches!(&*g, "" | "*" | "apps"))
    });
    if is_wide { Severity::Critical } else { Severity::Error }
}

fn remedy(configuration: WebhookConfiguration<'_>, namespace: &str, service: &str) -> Remedy {
    let resource = configuration.resource();
    let kind = resource.key().kind.qualified();
    Remedy::new("Bring the pods behind the webhook back.")
        .command(format!("oc get pods,endpoints -n {namespace}"))
        .verify(format!("oc get endpoints {service} -n {namespace}"))
        .before(
            "before the configuration is deleted instead: it is saved, whoever made it does not \
             make it anew, and the checks it makes may be missed meanwhile",
            Proof::ByHand(format!("oc get {kind} {} -o yaml", resource.name())),
        )
}
