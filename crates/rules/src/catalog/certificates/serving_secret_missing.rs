//! `Services` with a missing serving certificate Secret.
//!
//! The list of Secrets of the namespace must have been collected completely. A Service with an error
//! annotation is covered by certificates/serving-cert-failed.
//!
//! - openshift/service-ca-operator `pkg/controller/servingcert/controller/secret_creating_controller.go`

use crate::catalog::prelude::*;

/// How long service-ca may take.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&SERVICE), Need::Kind(&SECRET)])
    .grace(GRACE)
    .why(
        "Pods that mount the Secret do not start. service-ca normally creates the Secret within \
         seconds after the Service requests it.",
    )
    .fix("Check whether the service-ca pod is running and what it logs.")
    .run(&[
        "oc get pods -n openshift-service-ca",
        "oc logs -n openshift-service-ca deployment/service-ca",
    ])
    .verify(&["oc get secret {secret} -n {secret_namespace}"]);

/// A Service, the Secret that it requests, and the proof that the Secret does not exist.
type MissingSecret<'s> = (&'s Resource, String, Searched);

fn check(cx: &RuleContext<'_>) -> Checked {
    let (mut examined, mut missing, mut gaps) = (0, Vec::new(), Vec::new());
    for service in cx.of_kind(&SERVICE) {
        let Some(secret) = serving_secret_name(service).filter(|name| !name.is_empty()) else {
            continue;
        };
        match cx.absence::<Secret<'_>>(service.namespace(), &secret) {
            Err(unproved) => gaps.push(Gap::missing(&unproved)),
            Ok(absence) => {
                examined += 1;
                let is_expected = serving_error(service).is_none()
                    && deletion_requested_at(service).is_none()
                    && Persistence::of(cx, service.created(), GRACE).counts();
                missing.extend(absence.filter(|_| is_expected).map(|it| (service, secret, it)));
            }
        }
    }
    Checked::over(examined, finding(&missing)).or_unknown(gaps)
}

fn finding(missing: &[MissingSecret<'_>]) -> Option<Finding> {
    let (first, secret, _) = missing.first()?;
    let place =
        |(service, ..): &MissingSecret<'_>| format!("{}/{}", service.namespace(), service.name());
    let names: Vec<_> = missing.iter().map(place).collect();
    let list = name_list_up_to(&names, 4);
    let (subject, summary) = match missing.len() {
        1 => (
            Subject::of(first),
            format!(
                "Service {list} requests a serving certificate in Secret {secret}, which does not \
                 exist"
            ),
        ),
        count => (
            Subject::namespaced("Deployment", "openshift-service-ca", "service-ca"),
            format!("{count} Services request a serving certificate but have none ({list})"),
        ),
    };
    let mut evidence = missing.iter().take(4).flat_map(|(service, secret, searched)| {
        let what = Subject::namespaced("Secret", service.namespace(), secret.clone());
        let note = format!("it requests Secret {secret}");
        [Evidence::seen(service, service.head_span(), note), Evidence::missing(what, searched)]
    });
    let secrets: Vec<_> = missing.iter().map(|(_, secret, _)| secret.as_str()).collect();
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .affects(missing.iter().map(|(service, ..)| service.namespace()))
            .since(missing.iter().filter_map(|(service, ..)| service.created()).min())
            .keywords(format!("certificate {} {}", names.join(" "), secrets.join(" ")))
            .evidence(evidence)
            .with("secret", secret.as_str())
            .with("secret_namespace", first.namespace()),
    )
}
