//! `Ingress` without a valid IngressClass.
//!
//! Some controllers can be configured to handle Ingresses without a class as well. Therefore an
//! Ingress that has an address is ignored. OpenShift routers handle Ingresses without a class.
//!
//! - kubernetes/api `networking/v1/types.go` (`IngressClassName`,
//!   `ingressclass.kubernetes.io/is-default-class`)

use crate::catalog::prelude::*;

/// How long a controller may take to handle an Ingress.
const GRACE: Span = Span::minutes(10);
/// The annotation with the class, from before the field existed.
const OLD: &str = "kubernetes.io/ingress.class";
const DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";

pub(super) const RULE: Rule = rule(Warning, Cause, Plain)
    .needs(&[Need::Kind(&INGRESS), Need::Kind(&INGRESS_CLASS)])
    .check(check)
    .why(
        "Ingress controllers handle only the Ingresses of their class. An Ingress without a \
         class, if no class is the default, or with a class that does not exist, is not handled \
         by any controller, so its host names are not served.",
    )
    .fix("Set the class of a running controller on the Ingress, or make one class the default.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let all: Vec<_> = cx.all::<Ingress<'_>>().collect();
    let searched = match cx.prove_whole(&INGRESS_CLASS, "") {
        Ok(searched) => searched,
        Err(missing) => return Err(NotJudged::from(Gap::missing(&missing))),
    };
    let findings = all.iter().filter_map(|ingress| finding(cx, *ingress, &searched));
    Ok(Checked::over(all.len(), findings))
}

fn finding(cx: &RuleContext<'_>, ingress: Ingress<'_>, searched: &Searched) -> Option<Finding> {
    let resource = ingress.resource();
    let served = resource
        .at(&["status", "loadBalancer", "ingress"])
        .is_some_and(|addresses| !addresses.is_empty());
    let class = resource.text(&["spec", "ingressClassName"]);
    if served || resource.annotation(OLD).is_some() || !cx.is_older(resource.created(), GRACE) {
        return None;
    }
    let known: Vec<_> = cx.all::<IngressClass<'_>>().map(|class| class.resource().name()).collect();
    let has_default = cx
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
    let there = if known.is_empty() { "none".to_owned() } else { name_list(&known) };
    let (subject, client) = (Subject::of(resource), client(cx));
    Some(
        Finding::new(
            subject.clone(),
            format!("{subject} {problem} (existing classes: {there})"),
            Evidence::field(resource, &["spec", "ingressClassName"], "its class"),
        )
        .since(resource.created())
        .evidence([Evidence::missing(
            Subject::cluster("IngressClass", missing.into_owned()),
            searched,
        )])
        .keywords(resource.name())
        .run(format!("{client} get ingressclasses"))
        .verify(format!(
            "{client} get ingress -n {} {}",
            resource.namespace(),
            resource.name()
        )),
    )
}
