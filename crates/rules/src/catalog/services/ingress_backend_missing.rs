//! `Ingress` with a missing backend Service.
//!
//! A Service is reported as missing only if all Services of the namespace were collected. Some
//! controllers use the backend name for other objects, which an annotation defines. Such backends
//! are ignored.
//!
//! - kubernetes/api `networking/v1/types.go` (`IngressServiceBackend`)

use mustknow_cluster::model::hidden::is_masked;

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&SERVICE)])
    .reads(&[Need::Kind(&INGRESS)])
    .check(check)
    // A Service may be created that long after its Ingress.
    .grace(Span::minutes(10))
    .why(
        "Requests for the affected host names get an error from the router, usually 503, \
         because there is no backend for them.",
    )
    .fix("Correct the name of the Service, or create the Service.")
    .run(&["oc get services -n {namespace}"])
    .verify(&["oc describe ingress -n {namespace} {name}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let state = cx.coverage().of_kind(&INGRESS);
    // OpenShift itself has no Ingresses, and a must-gather does not collect those of users.
    if !matches!(state, CoverageState::Collected(_) | CoverageState::Empty)
        && !cx.snapshot().is_openshift()
    {
        return Err(Gap::kind(&INGRESS, &state).into());
    }
    let mut checked = Checked::over(cx.of_kind(&INGRESS).len(), None);
    let is_deleted = |ingress: &&Resource| deletion_requested_at(ingress).is_some();
    for ingress in cx.of_kind(&INGRESS).iter().filter(|ingress| !is_deleted(ingress)) {
        for name in backends(ingress) {
            match judge(cx, ingress, &name) {
                Ok(found) => checked.findings.extend(found),
                Err(gap) => checked.gaps.push(gap),
            }
        }
    }
    Ok(checked)
}

fn judge(cx: &RuleContext<'_>, ingress: &Resource, name: &str) -> Result<Option<Finding>, Gap> {
    ingress.unless_masked(&["spec"], name.into(), is_masked)?;
    let Some(searched) = cx.absence::<Service<'_>>(ingress.namespace(), name)? else {
        return Ok(None);
    };
    for service in cx.within::<Service<'_>>(ingress.namespace()) {
        service.resource().visible_name()?;
    }
    Ok(Some(finding(ingress, name, &searched)))
}

/// The names of its backend Services.
fn backends(ingress: &Resource) -> BTreeSet<String> {
    let items = |path: &[&str]| ingress.at(path).into_iter().flat_map(Value::items);
    let paths = items(&["spec", "rules"])
        .filter_map(|rule| rule.at(&["http", "paths"]))
        .flat_map(Value::items)
        .filter_map(|path| path.get("backend"));
    let default = ingress.at(&["spec", "defaultBackend"]).into_iter();
    let services = default.chain(paths).filter_map(|backend| backend.get("service"));
    services
        // An action of the AWS controller, not a Service.
        .filter(|it| it.text_at(&["port", "name"]).as_deref() != Some("use-annotation"))
        .filter_map(|service| Some(service.text_at(&["name"])?.into_owned()))
        .collect()
}

fn finding(ingress: &Resource, service: &str, searched: &Searched) -> Finding {
    let subject = Subject::of(ingress);
    let service = Subject::namespaced("Service", ingress.namespace(), service);
    let summary = format!("{subject} references {service}, which does not exist");
    Finding::new(subject, summary, Evidence::field(ingress, &["spec"], "the backend Services"))
        .lasts_since(ingress.created())
        .evidence([Evidence::missing(service.clone(), searched)])
        .keywords(format!("{} {}", ingress.name(), service.name))
}
