//! `Ingress` without a valid IngressClass.
//!
//! Some controllers can be configured to handle Ingresses without a class as well. Therefore an
//! Ingress that has an address is ignored. On OpenShift the routers handle
//! Ingresses without a class.
//!
//! - kubernetes/api `networking/v1/types.go` (`IngressClassName`,
//!   `ingressclass.kubernetes.io/is-default-class`)

use crate::catalog::prelude::*;

/// The annotation with the class, from before the field existed.
const OLD: &str = "kubernetes.io/ingress.class";
const DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";

pub(super) const RULE: Rule = rule(Warning, Cause, Plain)
    .each(&[&INGRESS], judge)
    .needs(&[Need::Kind(&INGRESS_CLASS)])
    // A controller may take that long to handle an Ingress.
    .grace(Span::minutes(10))
    .why(
        "Ingress controllers handle only the Ingresses of their class. An Ingress without a \
         class, if no class is the default, or with a class that does not exist, is not handled \
         by any controller, so its host names are not served.",
    )
    .fix("Set the class of a running controller on the Ingress, or make one class the default.")
    .run(&["oc get ingressclasses"])
    .verify(&["oc get ingress -n {namespace} {name}"]);

fn judge(cx: &RuleContext<'_>, ingress: &Resource) -> Result<Option<Finding>, NotJudged> {
    let searched = cx.prove_whole(&INGRESS_CLASS, "")?;
    let addresses = ingress.at(&["status", "loadBalancer", "ingress"]);
    let is_served = addresses.is_some_and(|addresses| !addresses.is_empty());
    if is_served || ingress.annotation(OLD).is_some() {
        return Ok(None);
    }
    let classes = cx.of_kind(&INGRESS_CLASS);
    let has_default = classes.iter().any(|it| it.annotation(DEFAULT).as_deref() == Some("true"));
    let known = classes.iter().map(Resource::visible_name).collect::<Result<Vec<_>, _>>()?;
    let class = ingress.visible(&["spec", "ingressClassName"])?;
    let (problem, missing) = match &class {
        Some(class) if !known.contains(&&**class) => {
            (format!("has class {class}, which does not exist"), &**class)
        }
        None if !has_default => {
            ("has no class, and no class is the default".to_owned(), "(default)")
        }
        _ => return Ok(None),
    };
    let there = if known.is_empty() { "none".to_owned() } else { name_list(&known) };
    let subject = Subject::of(ingress);
    let summary = format!("{subject} {problem} (existing classes: {there})");
    let evidence = Evidence::field(ingress, &["spec", "ingressClassName"], "its class");
    let finding = Finding::new(subject, summary, evidence)
        .since(ingress.created())
        .evidence([Evidence::missing(Subject::cluster("IngressClass", missing), &searched)])
        .keywords(ingress.name());
    Ok(Some(finding))
}
