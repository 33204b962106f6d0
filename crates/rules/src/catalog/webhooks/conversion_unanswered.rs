//! A custom resource whose conversion webhook nobody answers.
//!
//! # Why it matters
//!
//! Objects stored in one version are converted by a webhook when they are asked for in another. Where
//! nobody answers they cannot be listed or watched: what works with them stands still, and with it the
//! garbage collector, which lists every kind, and the deletion of namespaces.
//!
//! # What to do
//!
//! Bring the pods behind the webhook back. Where their operator was removed for good, its custom
//! resources and then the CustomResourceDefinition go as well.
//!
//! # Blind spots
//!
//! The namespace of the webhook's Service must be in the archive. Webhooks that call a URL, and
//! definitions that have a single version, cannot fail in this way and are left out.
//!
//! # References
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/webhooksupportabilitycontroller/degraded_webhook_conversion.go`
//! - kubernetes/apiextensions-apiserver `pkg/apiserver/conversion/webhook_converter.go`

use std::collections::BTreeMap;

use mustknow_gather::kinds::{
    CUSTOM_RESOURCE_DEFINITION, CustomResourceDefinition, ENDPOINT_SLICE, ENDPOINTS, SERVICE,
};

use crate::catalog::prelude::*;
use crate::facts::{Backend, client, few, severity_in};

/// How long the pods behind a webhook may take to be replaced.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "webhooks/conversion-unanswered",
    title: "a custom resource whose conversion webhook nobody answers",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&CUSTOM_RESOURCE_DEFINITION)],
    uses: &[Need::Kind(&ENDPOINTS), Need::Kind(&ENDPOINT_SLICE), Need::Kind(&SERVICE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut by_service: BTreeMap<(String, String), Vec<CustomResourceDefinition<'_>>> =
        BTreeMap::new();
    for definition in case.all::<CustomResourceDefinition<'_>>() {
        let conversion = ["spec", "conversion", "webhook", "clientConfig", "service"];
        let resource = definition.resource();
        let is_webhook =
            resource.text(&["spec", "conversion", "strategy"]).as_deref() == Some("Webhook");
        let Some(service) = resource.at(&conversion).filter(|_| is_webhook) else { continue };
        let field = |key: &str| Some(service.text_at(&[key])?.into_owned());
        if let Some(service) = field("namespace").zip(field("name")) {
            by_service.entry(service).or_default().push(definition);
        }
    }
    let (mut examined, mut findings, mut unknown) = (0, Vec::new(), None);
    for ((namespace, service), definitions) in &by_service {
        match Backend::of(case, namespace, service) {
            Backend::Outside => {}
            Backend::Unknown(missing) => drop(unknown.get_or_insert(missing)),
            backend => {
                examined += definitions.len();
                findings.extend(finding(case, (namespace, service), definitions, &backend));
            }
        }
    }
    match unknown {
        Some(missing) if findings.is_empty() => Verdict::Unknown(Gap::missing(&missing)),
        _ => Verdict::over(examined, findings, "no custom resource is converted by a Service"),
    }
}

fn finding(
    case: &Case<'_>,
    (namespace, service): (&str, &str),
    definitions: &[CustomResourceDefinition<'_>],
    backend: &Backend<'_>,
) -> Option<Finding> {
    let (state, place, since) = backend.silence(namespace, service)?;
    let first = definitions.first()?;
    let created = definitions.iter().filter_map(|one| one.resource().created()).max();
    let youngest = since.max(created);
    if case.age(youngest).is_some_and(|age| age <= GRACE) {
        return None;
    }
    let names: Vec<_> = definitions.iter().map(|one| one.resource().name()).collect();
    let summary = format!(
        "{} cannot be converted: Service {namespace}/{service} behind the conversion webhook {state}",
        few(&names)
    );
    let evidence = Evidence::field(
        first.resource(),
        &["spec", "conversion"],
        "objects of another version are converted by this webhook",
    );
    let client = client(case);
    Some(
        Finding::new(Subject::view(*first), summary, evidence)
            .severity(severity_in(case, namespace, META.severity))
            .likely("whether objects are stored in a version that must be converted is not known")
            .since(since)
            .why(
                "Objects that must be converted cannot be listed or watched, and the garbage \
                 collector, which lists every kind, stops with them.",
            )
            .saying(format!("webhook {} {namespace} {service}", names.join(" ")))
            .evidence([place])
            .remedy(
                Remedy::new("Bring the pods behind the conversion webhook back.")
                    .command(format!("{client} get pods,endpoints -n {namespace}"))
                    .verify(format!("{client} get endpoints {service} -n {namespace}")),
            ),
    )
}
