//! `Services` with a missing serving certificate Secret.
//!
//! The check requires that the list of Secrets of the namespace was collected completely. A Service
//! with an error annotation is covered by certificates/serving-cert-failed.
//!
//! - openshift/service-ca-operator `pkg/controller/servingcert/controller/secret_creating_controller.go`

use crate::catalog::prelude::*;

/// How long service-ca may take.
const GRACE: Span = Span::minutes(10);
/// The annotations that show why service-ca cannot generate a certificate.
pub(super) const ERRORS: [&str; 2] = [
    "service.beta.openshift.io/serving-cert-generation-error",
    "service.alpha.openshift.io/serving-cert-generation-error",
];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&SERVICE), Need::Kind(&SECRET)])
    .check(check)
    .why(
        "Pods that mount the Secret do not start. service-ca normally creates the Secret within \
         seconds after the Service requests it.",
    )
    .fix("Check whether the service-ca pod is running and what it logs.");

struct MissingSecret<'s> {
    service: Service<'s>,
    secret: String,
    searched: Searched,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let (mut examined, mut missing, mut unproved) = (0, Vec::new(), None);
    for service in cx.all::<Service<'_>>() {
        let resource = service.resource();
        let Some(secret) = serving_secret_name(resource).filter(|name| !name.is_empty()) else {
            continue;
        };
        match cx.look_up::<Secret<'_>>(resource.namespace(), &secret) {
            Lookup::Here(_) => examined += 1,
            Lookup::Unknown(missing) => unproved = unproved.or(Some(missing)),
            Lookup::Absent(searched) => {
                examined += 1;
                let has_error = ERRORS.iter().any(|error| resource.annotation(error).is_some());
                let is_deleting = resource.at(&["metadata", "deletionTimestamp"]).is_some();
                if cx.is_older(resource.created(), GRACE) && !has_error && !is_deleting {
                    missing.push(MissingSecret { service, secret, searched });
                }
            }
        }
    }
    if let Some(missing) = unproved.filter(|_| examined == 0) {
        return Err(NotJudged::from(Gap::missing(&missing)));
    }
    let findings = finding(cx, &missing).into_iter();
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, missing: &[MissingSecret<'_>]) -> Option<Finding> {
    let first = missing.first()?;
    let names: Vec<_> = missing
        .iter()
        .map(|one| {
            format!("{}/{}", one.service.resource().namespace(), one.service.resource().name())
        })
        .collect();
    let (summary, subject) = match missing {
        [one] => (
            format!(
                "Service {} requests a serving certificate in Secret {}, which does not exist",
                names.join(""),
                one.secret
            ),
            Subject::view(one.service),
        ),
        _ => (
            format!(
                "{} Services request a serving certificate but have none ({})",
                missing.len(),
                name_list_up_to(&names, 4)
            ),
            Subject::namespaced("Deployment", "openshift-service-ca", "service-ca"),
        ),
    };
    let evidence = missing.iter().take(4).flat_map(|one| {
        let resource = one.service.resource();
        let what = Subject::namespaced("Secret", resource.namespace(), one.secret.clone());
        [
            Evidence::seen(
                resource,
                resource.head_span(),
                format!("it requests Secret {}", one.secret),
            ),
            Evidence::missing(what, &one.searched),
        ]
    });
    let mut evidence = evidence;
    let severity = missing
        .iter()
        .map(|one| severity_in(cx, one.service.resource().namespace(), Error))
        .max()?;
    let secrets: Vec<_> = missing.iter().map(|one| one.secret.as_str()).collect();
    let found = Finding::new(subject, summary, evidence.next()?)
        .severity(severity)
        .since(missing.iter().filter_map(|one| one.service.resource().created()).min())
        .keywords(format!("certificate {} {}", names.join(" "), secrets.join(" ")))
        .evidence(evidence)
        .run("oc get pods -n openshift-service-ca")
        .run("oc logs -n openshift-service-ca deployment/service-ca")
        .verify(format!(
            "oc get secret {} -n {}",
            first.secret,
            first.service.resource().namespace()
        ));
    Some(found)
}
