//! An Ingress that no controller takes for its own.
//!
//! # Why it matters
//!
//! Controllers look after the Ingresses of their class alone. One without a class, where no class is
//! the default, or of a class that does not exist, is looked after by none: nothing is served under its
//! names.
//!
//! # What to do
//!
//! Give the Ingress the class of a controller that runs, or make one class the default.
//!
//! # Blind spots
//!
//! Some controllers may be told to take Ingresses without a class as well; one that has an address is
//! therefore left alone. OpenShift takes those without a class for its routers.
//!
//! # References
//!
//! - kubernetes/api `networking/v1/types.go` (`IngressClassName`,
//!   `ingressclass.kubernetes.io/is-default-class`)

use std::borrow::Cow;

use mustknow_gather::kinds::{INGRESS, INGRESS_CLASS, Ingress, IngressClass};
use mustknow_gather::snapshot::Searched;

use crate::catalog::prelude::*;
use crate::facts::{client, few};

/// How long a controller may take.
const GRACE: Span = Span::minutes(10);
/// Which class it was before there was a field for it.
const OLD: &str = "kubernetes.io/ingress.class";
const DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";

pub(super) static META: Meta = Meta {
    id: "services/ingress-without-class",
    title: "an Ingress that no controller takes for its own",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Plain,
    needs: &[Need::Kind(&INGRESS), Need::Kind(&INGRESS_CLASS)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let all: Vec<_> = case.all::<Ingress<'_>>().collect();
    let searched = match case.prove_whole(&INGRESS_CLASS, "") {
        Ok(searched) => searched,
        Err(missing) => return Verdict::Unknown(Gap::missing(&missing)),
    };
    let findings = all.iter().filter_map(|ingress| finding(case, *ingress, &searched)).collect();
    Verdict::over(all.len(), findings, "no Ingress in the archive")
}

fn finding(case: &Case<'_>, ingress: Ingress<'_>, searched: &Searched) -> Option<Finding> {
    let resource = ingress.resource();
    let served = resource
        .at(&["status", "loadBalancer", "ingress"])
        .is_some_and(|addresses| !addresses.is_empty());
    let class = resource.text(&["spec", "ingressClassName"]);
    if served || resource.annotation(OLD).is_some() || !case.is_older(resource.created(), GRACE) {
        return None;
    }
    let known: Vec<_> =
        case.all::<IngressClass<'_>>().map(|class| class.resource().name()).collect();
    let has_default = case
        .all::<IngressClass<'_>>()
        .any(|class| class.resource().annotation(DEFAULT).as_deref() == Some("true"));
    let (problem, missing) = match &class {
        Some(class) if !known.contains(&&**class) => {
            (format!("has class {class}, which does not exist"), class.clone())
        }
        None if !has_default => {
            let none = "has no class, and no class is the default".to_owned();
            (none, Cow::Borrowed("(default)"))
        }
        _ => return None,
    };
    let there = if known.is_empty() { "none".to_owned() } else { few(&known) };
    let (subject, client) = (Subject::of(resource), client(case));
    Some(
        Finding::new(
            subject.clone(),
            format!("{subject} {problem}; there is {there}"),
            Evidence::field(resource, &["spec", "ingressClassName"], "its class"),
        )
        .since(resource.created())
        .evidence([Evidence::missing(
            Subject::cluster("IngressClass", missing.into_owned()),
            searched,
        )])
        .saying(resource.name())
        .why("Controllers look after the Ingresses of their own class alone.")
        .remedy(
            Remedy::new("Give it the class of a controller that runs, or make one the default.")
                .command(format!("{client} get ingressclasses"))
                .verify(format!(
                    "{client} get ingress -n {} {}",
                    resource.namespace(),
                    resource.name()
                )),
        ),
    )
}
