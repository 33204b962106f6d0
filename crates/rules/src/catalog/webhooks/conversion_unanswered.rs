//! `CustomResourceDefinition` with an unavailable conversion webhook.
//!
//! The namespace of the webhook Service must be in the archive. Webhooks that call a URL, and
//! definitions with a single version, cannot fail in this way and are ignored.
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/webhooksupportabilitycontroller/degraded_webhook_conversion.go`
//! - kubernetes/apiextensions-apiserver `pkg/apiserver/conversion/webhook_converter.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&CUSTOM_RESOURCE_DEFINITION)])
    .reads(&[Need::Kind(&ENDPOINTS), Need::Kind(&ENDPOINT_SLICE), Need::Kind(&SERVICE)])
    .check(check)
    // The pods behind a webhook may take that long to be replaced.
    .grace(Span::minutes(10))
    .why(
        "Objects that are stored in one version are converted by a webhook when they are \
         requested in another version. If the webhook does not respond, they cannot be listed \
         or watched. Their controllers are stuck, and so are the garbage collector, which lists \
         every resource, and the deletion of namespaces.",
    )
    .fix(
        "Restore the pods behind the webhook. If their operator was permanently removed, also \
         delete its custom resources and then the CustomResourceDefinition.",
    )
    .run(&["oc get pods,endpoints -n {namespace}"])
    .verify(&["oc get endpoints {service} -n {namespace}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut by_service: BTreeMap<(String, String), Vec<&Resource>> = BTreeMap::new();
    for definition in cx.of_kind(&CUSTOM_RESOURCE_DEFINITION) {
        let text = |path: &[&str]| Some(definition.text(path)?.into_owned());
        let service =
            |field| text(&["spec", "conversion", "webhook", "clientConfig", "service", field]);
        if text(&["spec", "conversion", "strategy"]).as_deref() == Some("Webhook")
            && let Some(service) = service("namespace").zip(service("name"))
        {
            by_service.entry(service).or_default().push(definition);
        }
    }
    let mut checked = Checked::default();
    for ((namespace, service), definitions) in &by_service {
        match Backend::known(cx, namespace, service) {
            Ok(Backend::External) => {}
            Ok(backend) => {
                checked.examined += definitions.len();
                let found = finding((namespace, service), definitions, &backend);
                checked.findings.extend(found);
            }
            Err(gap) => checked.gaps.push(gap),
        }
    }
    Ok(checked)
}

fn finding(
    (namespace, service): (&str, &str),
    definitions: &[&Resource],
    backend: &Backend<'_>,
) -> Option<Finding> {
    let (state, place, since) = backend.problem(namespace, service)?;
    let first = definitions.first()?;
    let created = definitions.iter().filter_map(|one| one.created()).max();
    let names: Vec<_> = definitions.iter().map(|one| one.name()).collect();
    let summary = format!(
        "{} cannot be converted: Service {namespace}/{service} of the conversion webhook {state}",
        name_list(&names)
    );
    let note = "objects of another version are converted by this webhook";
    let evidence = Evidence::field(first, &["spec", "conversion"], note);
    Some(
        Finding::new(Subject::of(first), summary, evidence)
            .affects([namespace])
            .likely("it is not known whether objects are stored in a version that needs conversion")
            .since(since)
            .lasts_since(since.max(created))
            .with("namespace", namespace)
            .with("service", service)
            .keywords(format!("webhook {} {namespace} {service}", names.join(" ")))
            .evidence([place]),
    )
}
