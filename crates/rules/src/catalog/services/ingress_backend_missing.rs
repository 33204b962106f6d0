//! An Ingress that leads to a Service that does not exist.
//!
//! # Why it matters
//!
//! Who asks for one of its names gets an error from the router, 503 or the like, since there is
//! nothing to hand the request to.
//!
//! # What to do
//!
//! Correct the name of the Service, or make the Service.
//!
//! # Blind spots
//!
//! A Service is only said not to exist when all Services of the namespace were collected. Some
//! controllers take other objects for the name, which an annotation says; those are left out.
//!
//! # References
//!
//! - kubernetes/api `networking/v1/types.go` (`IngressServiceBackend`)

use std::collections::BTreeSet;

use mustknow_gather::Lookup;
use mustknow_gather::coverage::State;
use mustknow_gather::kinds::{INGRESS, Ingress, SERVICE, Service};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{asked_to_go, client};

/// How long a Service may come after its Ingress.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "services/ingress-backend-missing",
    title: "an Ingress that leads to a Service that does not exist",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&SERVICE)],
    uses: &[Need::Kind(&INGRESS)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let state = case.coverage().of_kind(&INGRESS);
    // OpenShift has none of its own, and a must-gather leaves those of users out.
    if !matches!(state, State::Collected(_) | State::Empty) && !case.snapshot().is_openshift() {
        return Verdict::Unknown(Gap::kind(&INGRESS, &state));
    }
    let mut examined = 0;
    let mut findings = Vec::new();
    let mut gap = None;
    for ingress in case.all::<Ingress<'_>>() {
        examined += 1;
        let resource = ingress.resource();
        if asked_to_go(resource).is_some() || !case.is_older(resource.created(), GRACE) {
            continue;
        }
        for name in backends(ingress) {
            match case.look_up::<Service<'_>>(resource.namespace(), &name) {
                Lookup::Here(_) => {}
                Lookup::Unknown(missing) => gap = gap.or(Some(Gap::missing(&missing))),
                Lookup::Absent(searched) => {
                    let service = Subject::namespaced("Service", resource.namespace(), name);
                    let absent = Evidence::missing(service.clone(), &searched);
                    findings.push(finding(case, ingress, &service, absent));
                }
            }
        }
    }
    match gap {
        Some(gap) if findings.is_empty() => Verdict::Unknown(gap),
        _ => Verdict::over(examined, findings, "no Ingress in the archive"),
    }
}

/// The Services it leads to, by name.
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
        // An action of the AWS controller, no Service.
        .filter(|it| it.text_at(&["port", "name"]).as_deref() != Some("use-annotation"))
        .filter_map(|service| Some(service.text_at(&["name"])?.into_owned()))
        .collect()
}

fn finding(case: &Case<'_>, ingress: Ingress<'_>, service: &Subject, absent: Evidence) -> Finding {
    let resource = ingress.resource();
    let (subject, client) = (Subject::of(resource), client(case));
    let namespace = resource.namespace();
    Finding::new(
        subject.clone(),
        format!("{subject} leads to {service}, which does not exist"),
        Evidence::field(resource, &["spec"], "where it leads"),
    )
    .evidence([absent])
    .saying(format!("{} {}", resource.name(), service.name))
    .why("The router has nothing to hand requests for these names to.")
    .remedy(
        Remedy::new("Correct the name of the Service, or make the Service.")
            .command(format!("{client} get services -n {namespace}"))
            .verify(format!("{client} describe ingress -n {namespace} {}", resource.name())),
    )
}
