//! The default certificate of the ingress is not for the names of the cluster's routes.
//!
//! # Why it matters
//!
//! Console and login are routes below the ingress domain. When the default certificate is for
//! other names, everybody who checks it refuses the connection: the authentication and console
//! operators among them, which then are degraded.
//!
//! # What to do
//!
//! Have a certificate issued for `*.<ingress domain>` and name it in the IngressController.
//!
//! # Blind spots
//!
//! Only the IngressController `default` is judged, and only for the routes of console and login
//! that have no certificate of their own.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator `pkg/controllers/routercerts/controller.go`
//! - openshift/api `config/v1/types_ingress.go` (componentRoutes)
//! - golang/go `src/crypto/x509/verify.go` (the common name is not looked at)

use mustknow_gather::certificate::{Certificate, Held};
use mustknow_gather::kinds::{
    INGRESS_CONFIG, INGRESS_CONTROLLER, IngressConfig, IngressController, SECRET, Secret,
};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{TLS_CRT, enumerate, held, held_evidence};

/// The routes that must work, by the name componentRoutes give them, and their host below the domain.
const ROUTES: [(&str, &str); 2] =
    [("oauth-openshift", "oauth-openshift"), ("console", "console-openshift-console")];

pub(super) static META: Meta = Meta {
    id: "certificates/ingress-names-missing",
    title: "a default certificate of the ingress that is not for the names of its routes",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&INGRESS_CONTROLLER), Need::Certificates(&SECRET)],
    uses: &[Need::Kind(&INGRESS_CONFIG)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let none = "the default IngressController and its certificate were not collected";
    let Some(controller) =
        case.find::<IngressController<'_>>("openshift-ingress-operator", "default")
    else {
        return Verdict::NotApplicable(none.to_owned());
    };
    let resource = controller.resource();
    let name = resource.text(&["spec", "defaultCertificate", "name"]);
    let name = name.as_deref().unwrap_or("router-certs-default");
    let secret = case.find::<Secret<'_>>("openshift-ingress", name);
    let held = secret.and_then(|secret| held(secret.resource(), TLS_CRT));
    let leaf = held.and_then(|held| held.bundle.first());
    let (Some(domain), Some(secret), Some(held), Some(leaf)) =
        (resource.text(&["status", "domain"]), secret, held, leaf)
    else {
        return Verdict::NotApplicable(none.to_owned());
    };
    let hosts: Vec<_> = ROUTES
        .iter()
        .filter(|(route, _)| !has_own(case, route))
        .map(|(_, host)| format!("{host}.{domain}"))
        .collect();
    let missing: Vec<_> = hosts.iter().filter(|host| !leaf.covers(host)).cloned().collect();
    if missing.is_empty() || leaf.has_more_names {
        return Verdict::Healthy { examined: 1 };
    }
    Verdict::Found(vec![finding(controller, secret, held, leaf, &domain, &missing)])
}

/// Whether a route of the platform has a host and certificate of its own.
fn has_own(case: &Case<'_>, route: &str) -> bool {
    case.all::<IngressConfig<'_>>()
        .filter_map(|config| config.resource().at(&["spec", "componentRoutes"]))
        .flat_map(Value::items)
        .any(|item| item.text_at(&["name"]).as_deref() == Some(route))
}

fn finding(
    controller: IngressController<'_>,
    secret: Secret<'_>,
    held: &Held,
    leaf: &Certificate,
    domain: &str,
    missing: &[String],
) -> Finding {
    let resource = secret.resource();
    let name = resource.name();
    let names = if leaf.names.is_empty() {
        format!("no name at all but the common name {}", leaf.subject.label)
    } else {
        enumerate(&leaf.names, 4)
    };
    let summary = format!(
        "the default certificate of the ingress, Secret openshift-ingress/{name}, is for {names}, \
         and not for *.{domain}"
    );
    let note = format!("it does not cover {}", enumerate(missing, 2));
    Finding::new(Subject::view(secret), summary, held_evidence(resource, held, note))
        .why(
            "Whoever checks it refuses the routes of console and login, the operators of both \
             among them.",
        )
        .saying(format!("certificate x509: {}", missing.join(" ")))
        .explains(Subject::cluster("ClusterOperator", "authentication"), "certificate")
        .explains(Subject::cluster("ClusterOperator", "console"), "certificate")
        .evidence([Evidence::field(
            controller.resource(),
            &["status", "domain"],
            "the domain of its routes",
        )])
        .remedy(
            Remedy::new("Have a certificate issued for the ingress domain and name it.")
                .command(format!(
                    "oc create secret tls <name> -n openshift-ingress --cert=<file> --key=<file> # for *.{domain}"
                ))
                .command(
                    "oc patch ingresscontroller default -n openshift-ingress-operator --type=merge \
                     -p '{\"spec\":{\"defaultCertificate\":{\"name\":\"<name>\"}}}'",
                )
                .verify("oc get clusteroperators authentication console")
                .before(
                    "the new certificate covers the domain and comes with the whole chain",
                    Proof::ByHand("openssl x509 -noout -ext subjectAltName -in <file>".to_owned()),
                ),
        )
}
