//! Default ingress certificate that does not cover the ingress domain.
//!
//! Only the IngressController `default` is checked, and only the console and login routes without
//! their own certificate.
//!
//! - openshift/cluster-authentication-operator `pkg/controllers/routercerts/controller.go`
//! - openshift/api `config/v1/types_ingress.go` (componentRoutes)
//! - golang/go `src/crypto/x509/verify.go` (the common name is ignored)

use crate::catalog::prelude::*;

/// The routes that must work: their name in componentRoutes, and their host in the domain.
const ROUTES: [(&str, &str); 2] =
    [("oauth-openshift", "oauth-openshift"), ("console", "console-openshift-console")];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .certificate(|cx, leaf| {
        let none = || not_applicable("no default certificate was collected");
        let controller = cx
            .find::<IngressController<'_>>("openshift-ingress-operator", "default")
            .map(View::resource)
            .filter(|it| leaf.namespace() == "openshift-ingress" && is_default(it, leaf))
            .ok_or_else(none)?;
        let domain = controller.text(&["status", "domain"]).ok_or_else(none)?;
        let shared = ROUTES.iter().filter(|(route, _)| !has_own_certificate(cx, route));
        let hosts = shared.map(|(_, host)| format!("{host}.{domain}"));
        let missing: Vec<_> = hosts.filter(|host| !leaf.covers(host)).collect();
        if missing.is_empty() || leaf.has_more_names {
            return Ok(None);
        }
        let names = match &*leaf.names {
            [] => format!("no name except the common name {}", leaf.subject.label),
            names => name_list_up_to(names, 4),
        };
        let summary = format!(
            "default ingress certificate in Secret {} covers {names}, but not *.{domain}",
            leaf.place()
        );
        let note = format!("it does not cover {}", name_list_up_to(&missing, 2));
        let field = Evidence::field(controller, &["status", "domain"], "the domain of the routes");
        Ok(Some(
            leaf.finding(summary, note)
                .keywords(format!("certificate x509: {}", missing.join(" ")))
                .evidence([field])
                .explains(Subject::cluster("ClusterOperator", "authentication"), "certificate")
                .explains(Subject::cluster("ClusterOperator", "console"), "certificate")
                .with("domain", domain),
        ))
    })
    .needs(&[Need::Kind(&INGRESS_CONTROLLER)])
    .reads(&[Need::Kind(&INGRESS_CONFIG)])
    .at_once("the names of a certificate do not change")
    .even_while_installing("the certificate was provided for other names")
    .why(
        "The console and the login are routes in the ingress domain. If the default certificate \
         is for other names, every client that verifies it rejects the connection. These \
         clients include the authentication and console operators, which then become degraded.",
    )
    .fix("Have a certificate issued for *.{domain} and reference it in the IngressController.")
    .run(&[
        "oc create secret tls <name> -n openshift-ingress --cert=<file> --key=<file>",
        "oc patch ingresscontroller default -n openshift-ingress-operator --type=merge -p \
         '{\"spec\":{\"defaultCertificate\":{\"name\":\"<name>\"}}}'",
    ])
    .verify(&["oc get clusteroperators authentication console"])
    .before(&[(
        "the new certificate covers the domain and includes the full chain",
        "openssl x509 -noout -ext subjectAltName -in <file>",
    )]);

fn is_default(controller: &Resource, leaf: LeafCertificate<'_>) -> bool {
    default_certificate(controller) == leaf.name()
}

/// Whether a component route has its own host and certificate.
fn has_own_certificate(cx: &RuleContext<'_>, route: &str) -> bool {
    let configs = cx.all::<IngressConfig<'_>>().map(View::resource);
    let routes = configs.filter_map(|config| config.at(&["spec", "componentRoutes"]));
    routes.flat_map(Value::items).any(|it| it.text_at(&["name"]).as_deref() == Some(route))
}
