//! Admission webhook with failurePolicy Fail and no ready endpoints.
//!
//! The namespace of the webhook Service must be in the archive. The check is not possible for
//! webhooks that call a URL and for Services of type `ExternalName`. The effect of selectors is not
//! evaluated: a webhook with a selector is reported as an error, not as critical.
//!
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/webhooksupportabilitycontroller`
//! - kubernetes/apiserver `pkg/admission/plugin/webhook`

use crate::catalog::prelude::*;

/// How long the pods behind a webhook may take to be replaced.
const GRACE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .reads(&[
        Need::Kind(&VALIDATING_WEBHOOK),
        Need::Kind(&MUTATING_WEBHOOK),
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&SERVICE),
    ])
    .check(check)
    .why(
        "The API server calls the webhook before it stores an object, and rejects the object if \
         the webhook does not respond. If the webhook matches pods, nodes or all resources, no \
         objects can be created or changed any more, including the webhook's own pods.",
    )
    .fix(
        "Restore the pods behind the webhook. If they cannot be created because of the webhook \
         itself, remove the configuration temporarily.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    if let Some(gap) = no_configurations(cx) {
        return Err(NotJudged::from(gap));
    }
    let (mut examined, mut findings, mut unknown) = (0, Vec::new(), None);
    for configuration in cx.all::<WebhookConfiguration<'_>>() {
        let mut by_service: BTreeMap<(String, String), Vec<Webhook<'_>>> = BTreeMap::new();
        for webhook in configuration.webhooks().filter(|webhook| webhook.fails_closed()) {
            if let Some((namespace, name)) = webhook.service() {
                let service = (namespace.into_owned(), name.into_owned());
                by_service.entry(service).or_default().push(webhook);
            }
        }
        for ((namespace, service), webhooks) in &by_service {
            match Backend::of(cx, namespace, service) {
                Backend::External => {}
                Backend::Unknown(missing) => drop(unknown.get_or_insert((configuration, missing))),
                Backend::Ready => examined += 1,
                silent => {
                    examined += 1;
                    findings.extend(finding(
                        cx,
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
            Err(NotJudged::from(gap.would_explain([Subject::view(configuration)])))
        }
        _ => Ok(Checked::over(examined, findings)),
    }
}

fn no_configurations(cx: &RuleContext<'_>) -> Option<Gap> {
    let state = |kind| match cx.coverage().of_kind(kind) {
        CoverageState::Collected(_) | CoverageState::Empty => None,
        state => Some(Gap::kind(kind, &state)),
    };
    state(&VALIDATING_WEBHOOK).filter(|_| state(&MUTATING_WEBHOOK).is_some())
}

fn finding(
    cx: &RuleContext<'_>,
    configuration: WebhookConfiguration<'_>,
    (namespace, service): (&str, &str),
    webhooks: &[Webhook<'_>],
    backend: &Backend<'_>,
) -> Option<Finding> {
    let subject = Subject::view(configuration);
    let (state, place, since) = backend.problem(namespace, service)?;
    let names: Vec<_> = webhooks.iter().map(|webhook| webhook.name()).collect();
    let first = webhooks.first()?;
    let evidence =
        Evidence::seen(configuration.resource(), first.span(), "a failed call rejects the request");
    let summary = format!(
        "{subject} rejects requests: Service {namespace}/{service} of its webhook {} {state}",
        name_list_up_to(&names, 3)
    );
    Some(
        Finding::new(subject, summary, evidence)
            .severity(severity(cx, configuration, webhooks, since))
            .since(since)
            .keywords(format!("webhook {} {namespace} {service}", names.join(" ")))
            .group_by(GroupKey::Endpoint, format!("{service}.{namespace}.svc"))
            .evidence([place])
            .remedy(remedy(configuration, namespace, service)),
    )
}

fn severity(
    cx: &RuleContext<'_>,
    configuration: WebhookConfiguration<'_>,
    webhooks: &[Webhook<'_>],
    since: Option<Time>,
) -> Severity {
    let youngest = since.max(configuration.resource().created());
    if cx.age(youngest).is_some_and(|age| age <= GRACE) {
        return Warning;
    }
    let is_wide = webhooks.iter().any(|webhook| {
        !webhook.is_selective() && webhook.groups().any(|g| matches!(&*g, "" | "*" | "apps"))
    });
    if is_wide { Critical } else { Error }
}

fn remedy(configuration: WebhookConfiguration<'_>, namespace: &str, service: &str) -> Remedy {
    let resource = configuration.resource();
    let kind = resource.key().kind.qualified();
    Remedy::new("Restore the pods behind the webhook.")
        .command(format!("oc get pods,endpoints -n {namespace}"))
        .verify(format!("oc get endpoints {service} -n {namespace}"))
        .precondition(
            "before deleting the configuration instead: it is saved, no controller creates it \
             again, and its checks are not required in the meantime",
            Proof::ByHand(format!("oc get {kind} {} -o yaml", resource.name())),
        )
}
