//! Admission webhook with failurePolicy Fail and no ready endpoints.
//!
//! The namespace of the webhook Service must be in the archive. The check is not possible for
//! webhooks that call a URL and for Services of type `ExternalName`. The effect of selectors is not
//! evaluated: a webhook with a selector is reported as an error, not as critical.
//!
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/webhooksupportabilitycontroller`
//! - kubernetes/apiserver `pkg/admission/plugin/webhook`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .needs_any(&[Need::Kind(&VALIDATING_WEBHOOK), Need::Kind(&MUTATING_WEBHOOK)])
    .reads(&[Need::Kind(&ENDPOINTS), Need::Kind(&ENDPOINT_SLICE), Need::Kind(&SERVICE)])
    .check(check)
    // The pods behind a webhook may take that long to be replaced.
    .note_until(Span::minutes(5))
    .why(
        "The API server calls the webhook before it stores an object, and rejects the object if \
         the webhook does not respond. If the webhook matches pods, nodes or all resources, no \
         objects can be created or changed any more, including the webhook's own pods.",
    )
    .fix(
        "Restore the pods behind the webhook. If they cannot be created because of the webhook \
         itself, remove the configuration temporarily.",
    )
    .run(&["oc get pods,endpoints -n {namespace}"])
    .verify(&["oc get endpoints {service} -n {namespace}"])
    .before(&[(
        "before deleting the configuration instead: it is saved, no controller creates it again, \
         and its checks are not required in the meantime",
        "oc get {kind} {name} -o yaml",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut checked = Checked::default();
    for configuration in cx.all::<WebhookConfiguration<'_>>() {
        let mut by_service: BTreeMap<(String, String), Vec<Webhook<'_>>> = BTreeMap::new();
        for webhook in configuration.webhooks().filter(|webhook| webhook.fails_closed()) {
            if let Some((namespace, name)) = webhook.service() {
                let service = (namespace.into_owned(), name.into_owned());
                by_service.entry(service).or_default().push(webhook);
            }
        }
        for ((namespace, service), webhooks) in &by_service {
            match Backend::known(cx, namespace, service) {
                Ok(Backend::External) => {}
                Ok(backend) => {
                    checked.examined += 1;
                    let found = finding(configuration, (namespace, service), webhooks, &backend);
                    checked.findings.extend(found);
                }
                Err(gap) => checked.gaps.push(gap.would_explain([Subject::view(configuration)])),
            }
        }
    }
    Ok(checked)
}

fn finding(
    configuration: WebhookConfiguration<'_>,
    (namespace, service): (&str, &str),
    webhooks: &[Webhook<'_>],
    backend: &Backend<'_>,
) -> Option<Finding> {
    let (state, place, since) = backend.problem(namespace, service)?;
    let (subject, resource) = (Subject::view(configuration), configuration.resource());
    let names: Vec<_> = webhooks.iter().map(|webhook| webhook.name()).collect();
    let span = webhooks.first()?.span();
    let summary = format!(
        "{subject} rejects requests: Service {namespace}/{service} of its webhook {} {state}",
        name_list_up_to(&names, 3)
    );
    let is_wide = webhooks.iter().any(|webhook| {
        !webhook.is_selective() && webhook.groups().any(|g| matches!(&*g, "" | "*" | "apps"))
    });
    Some(
        Finding::new(
            subject,
            summary,
            Evidence::seen(resource, span, "a failed call rejects the request"),
        )
        .severity(if is_wide { Critical } else { Error })
        .since(since)
        .lasts_since(since.max(resource.created()))
        .with("namespace", namespace)
        .with("service", service)
        .with("kind", resource.key().kind.qualified())
        .keywords(format!("webhook {} {namespace} {service}", names.join(" ")))
        .group_by(GroupKey::Endpoint, format!("{service}.{namespace}.svc"))
        .evidence([place]),
    )
}
