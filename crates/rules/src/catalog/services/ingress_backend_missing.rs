//! `Ingress` with a missing backend Service.
//!
//! A Service is reported as missing only if all Services of the namespace were collected. Some
//! controllers use the backend name for other objects, which an annotation defines. Such backends
//! are ignored.
//!
//! - kubernetes/api `networking/v1/types.go` (`IngressServiceBackend`)

use crate::catalog::prelude::*;

/// How long after its Ingress a Service may be created.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&SERVICE)])
    .reads(&[Need::Kind(&INGRESS)])
    .check(check)
    .why(
        "Requests for the affected host names get an error from the router, usually 503, \
         because there is no backend for them.",
    )
    .fix("Correct the name of the Service, or create the Service.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let state = cx.coverage().of_kind(&INGRESS);
    // OpenShift itself has no Ingresses, and a must-gather does not collect those of users.
    if !matches!(state, CoverageState::Collected(_) | CoverageState::Empty)
        && !cx.snapshot().is_openshift()
    {
        return Err(NotJudged::from(Gap::kind(&INGRESS, &state)));
    }
    let mut examined = 0;
    let mut findings = Vec::new();
    let mut gap = None;
    for ingress in cx.all::<Ingress<'_>>() {
        examined += 1;
        let resource = ingress.resource();
        if deletion_requested_at(resource).is_some() || !cx.is_older(resource.created(), GRACE) {
            continue;
        }
        for name in backends(ingress) {
            match cx.look_up::<Service<'_>>(resource.namespace(), &name) {
                Lookup::Here(_) => {}
                Lookup::Unknown(missing) => gap = gap.or(Some(Gap::missing(&missing))),
                Lookup::Absent(searched) => {
                    let service = Subject::namespaced("Service", resource.namespace(), name);
                    let absent = Evidence::missing(service.clone(), &searched);
                    findings.push(finding(cx, ingress, &service, absent));
                }
            }
        }
    }
    match gap {
        Some(gap) if findings.is_empty() => Err(NotJudged::from(gap)),
        _ => Ok(Checked::over(examined, findings)),
    }
}

/// The names of its backend Services.
fn backends(ingress: Ingress<'_>) -> BTreeSet<String> {
    let resource = ingress.resource();
    let paths = resource
        .at(&["spec", "rules"])
        .into_iter()
        .flat_map(Value::items)
        .filter_map(|rule| rule.at(&["http", "paths"]))
        .flat_map(Value::items)
        .filter_map(|path| path.get("backend"));
    resource
        .at(&["spec", "defaultBackend"])
        .into_iter()
        .chain(paths)
        .filter_map(|backend| backend.get("service"))
        // An action of the AWS controller, not a Service.
        .filter(|it| it.text_at(&["port", "name"]).as_deref() != Some("use-annotation"))
        .filter_map(|service| Some(service.text_at(&["name"])?.into_owned()))
        .collect()
}

fn finding(
    cx: &RuleContext<'_>,
    ingress: Ingress<'_>,
    service: &Subject,
    absent: Evidence,
) -> Finding {
    let resource = ingress.resource();
    let (subject, client) = (Subject::of(resource), client(cx));
    let namespace = resource.namespace();
    Finding::new(
        subject.clone(),
        format!("{subject} references {service}, which does not exist"),
        Evidence::field(resource, &["spec"], "the backend Services"),
    )
    .evidence([absent])
    .keywords(format!("{} {}", resource.name(), service.name))
    .run(format!("{client} get services -n {namespace}"))
    .verify(format!("{client} describe ingress -n {namespace} {}", resource.name()))
}
