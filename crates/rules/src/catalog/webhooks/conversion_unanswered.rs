//! `CustomResourceDefinition` with an unavailable conversion webhook.
//!
//! The namespace of the webhook Service must be in the archive. Webhooks that call a URL, and
//! definitions with a single version, cannot fail in this way and are ignored.
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/webhooksupportabilitycontroller/degraded_webhook_conversion.go`
//! - kubernetes/apiextensions-apiserver `pkg/apiserver/conversion/webhook_converter.go`

use crate::catalog::prelude::*;

/// How long the pods behind a webhook may take to be replaced.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&CUSTOM_RESOURCE_DEFINITION)])
    .reads(&[Need::Kind(&ENDPOINTS), Need::Kind(&ENDPOINT_SLICE), Need::Kind(&SERVICE)])
    .check(check)
    .why(
        "Objects that are stored in one version are converted by a webhook when they are \
         requested in another version. If the webhook does not respond, they cannot be listed \
         or watched. Their controllers are stuck, and so are the garbage collector, which lists \
         every resource, and the deletion of namespaces.",
    )
    .fix(
        "Restore the pods behind the webhook. If their operator was permanently removed, also \
         delete its custom resources and then the CustomResourceDefinition.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut by_service: BTreeMap<(String, String), Vec<CustomResourceDefinition<'_>>> =
        BTreeMap::new();
    for definition in cx.all::<CustomResourceDefinition<'_>>() {
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
        match Backend::of(cx, namespace, service) {
            Backend::External => {}
            Backend::Unknown(missing) => drop(unknown.get_or_insert(missing)),
            backend => {
                examined += definitions.len();
                findings.extend(finding(cx, (namespace, service), definitions, &backend));
            }
        }
    }
    match unknown {
        Some(missing) if findings.is_empty() => Err(NotJudged::from(Gap::missing(&missing))),
        _ => Ok(Checked::over(examined, findings)),
    }
}

fn finding(
    cx: &RuleContext<'_>,
    (namespace, service): (&str, &str),
    definitions: &[CustomResourceDefinition<'_>],
    backend: &Backend<'_>,
) -> Option<Finding> {
    let (state, place, since) = backend.problem(namespace, service)?;
    let first = definitions.first()?;
    let created = definitions.iter().filter_map(|one| one.resource().created()).max();
    let youngest = since.max(created);
    if cx.age(youngest).is_some_and(|age| age <= GRACE) {
        return None;
    }
    let names: Vec<_> = definitions.iter().map(|one| one.resource().name()).collect();
    let summary = format!(
        "{} cannot be converted: Service {namespace}/{service} of the conversion webhook {state}",
        name_list(&names)
    );
    let evidence = Evidence::field(
        first.resource(),
        &["spec", "conversion"],
        "objects of another version are converted by this webhook",
    );
    let client = client(cx);
    Some(
        Finding::new(Subject::view(*first), summary, evidence)
            .severity(severity_in(cx, namespace, RULE.meta.severity))
            .likely("it is not known whether objects are stored in a version that needs conversion")
            .since(since)
            .keywords(format!("webhook {} {namespace} {service}", names.join(" ")))
            .evidence([place])
            .run(format!("{client} get pods,endpoints -n {namespace}"))
            .verify(format!("{client} get endpoints {service} -n {namespace}")),
    )
}
