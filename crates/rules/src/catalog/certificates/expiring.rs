//! Certificates that expire within 30 days and are not renewed automatically.
//!
//! Only certificates that an IngressController, an APIServer or an Ingress configuration references
//! are checked. Certificates that cert-manager or an operator renews are ignored.
//!
//! - openshift/api `operator/v1/types_ingress.go` (defaultCertificate), `config/v1/types_apiserver.go`
//!   (namedCertificates), `config/v1/types_ingress.go` (componentRoutes)
//! - openshift/cluster-ingress-operator `pkg/operator/controller/certificate/ca.go` (two years, never renewed)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .certificate(|cx, leaf| {
        let now = collection_time(cx)?;
        let use_of =
            purpose(cx, leaf).ok_or_else(|| not_applicable("no certificate is referenced"))?;
        let remaining = Span::between(now, leaf.not_after);
        let is_soon = remaining < Span::days(30) && !leaf.is_expired(now);
        if !is_soon || is_renewed_automatically(leaf.secret) {
            return Ok(None);
        }
        let summary = format!(
            "certificate in Secret {} for {use_of} expires {remaining} after the collection and is \
             not renewed automatically",
            leaf.place()
        );
        let note = format!("it expires at {}", seconds(leaf.not_after));
        let severity = if remaining < Span::days(7) { Error } else { Warning };
        Ok(Some(leaf.finding(summary, note).severity(severity)))
    })
    .reads(&[
        Need::Kind(&INGRESS_CONTROLLER),
        Need::Kind(&API_SERVER_CONFIG),
        Need::Kind(&INGRESS_CONFIG),
    ])
    .at_once("the end of its validity is known")
    .why(
        "The certificates that an administrator provides for routes and the API, and the \
         certificate that the ingress operator creates once, are not renewed automatically. \
         When such a certificate expires, every client that verifies it rejects the connection: \
         the console, the login, oc.",
    )
    .fix("Have a new certificate issued for the same names and store it in the Secret.")
    .run(&["oc create secret tls {name} -n {namespace} --cert=<file> --key=<file> \
            --dry-run=client -o yaml | oc replace -f -"])
    .verify(&[SHOW_DATES])
    .before(&[(
        "the new certificate covers every name of the old one and includes the full chain",
        "openssl x509 -noout -ext subjectAltName -in <file>",
    )]);

/// What the certificate is used for, if it is referenced.
fn purpose(cx: &RuleContext<'_>, leaf: LeafCertificate<'_>) -> Option<String> {
    if leaf.namespace() == "openshift-ingress" {
        let mut controllers = cx.all::<IngressController<'_>>().map(View::resource);
        let controller = controllers.find(|it| default_certificate(it) == leaf.name())?;
        return Some(format!("the routes of IngressController {}", controller.name()));
    }
    let names = |config: &Resource, list: &[&str], secret: &str| {
        let mut items = config.at(list).into_iter().flat_map(Value::items);
        items.any(|item| item.text_at(&[secret, "name"]).as_deref() == Some(leaf.name()))
    };
    let is_of_api = |config: ApiServerConfig<'_>| {
        let list = ["spec", "servingCerts", "namedCertificates"];
        names(config.resource(), &list, "servingCertificate")
    };
    let is_of_route = |config: IngressConfig<'_>| {
        names(config.resource(), &["spec", "componentRoutes"], "servingCertKeyPairSecret")
    };
    if leaf.namespace() != "openshift-config" {
        return None;
    }
    let api = cx.all().any(is_of_api).then(|| "the API".to_owned());
    api.or_else(|| cx.all().any(is_of_route).then(|| "a component route".to_owned()))
}
