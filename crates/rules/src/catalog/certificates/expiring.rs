//! Certificates that expire within 30 days and are not renewed automatically.
//!
//! Only certificates that an IngressController, an APIServer or an Ingress configuration references
//! are checked. Certificates that cert-manager or an operator renews are ignored.
//!
//! - openshift/api `operator/v1/types_ingress.go` (defaultCertificate), `config/v1/types_apiserver.go`
//!   (namedCertificates), `config/v1/types_ingress.go` (componentRoutes)
//! - openshift/cluster-ingress-operator `pkg/operator/controller/certificate/ca.go` (two years, never renewed)

use crate::catalog::prelude::*;

/// Certificates that expire within this time are a warning.
const SOON: Span = Span::days(30);
/// Certificates that expire within this time are an error.
const VERY_SOON: Span = Span::days(7);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Certificates(&SECRET)])
    .reads(&[
        Need::Kind(&INGRESS_CONTROLLER),
        Need::Kind(&API_SERVER_CONFIG),
        Need::Kind(&INGRESS_CONFIG),
    ])
    .check(check)
    .why(
        "The certificates that an administrator provides for routes and the API, and the \
         certificate that the ingress operator creates once, are not renewed automatically. \
         When such a certificate expires, every client that verifies it rejects the connection: \
         the console, the login, oc.",
    )
    .fix("Have a new certificate issued for the same names and store it in the Secret.");

/// A Secret in use, and its purpose.
struct UsedSecret {
    namespace: &'static str,
    secret: String,
    what: String,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(now) = cx.now() else { return Err(NotJudged::from(clock_gap())) };
    let mut used = used(cx);
    used.sort_by(|a, b| (a.namespace, &a.secret).cmp(&(b.namespace, &b.secret)));
    used.dedup_by(|a, b| (a.namespace, &a.secret) == (b.namespace, &b.secret));
    let (mut examined, mut findings) = (0, Vec::new());
    for used in used {
        let Some(secret) = cx.find::<Secret<'_>>(used.namespace, &used.secret) else { continue };
        let Some(certificate_ref) = certificate_ref(secret.resource(), TLS_CRT) else { continue };
        let Some(leaf) = certificate_ref.bundle.first() else { continue };
        examined += 1;
        let remaining = Span::between(now, leaf.not_after);
        if !leaf.is_expired(now) && remaining < SOON && !is_renewed_automatically(secret) {
            findings.push(finding(secret, certificate_ref, leaf, &used.what, now));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn used(cx: &RuleContext<'_>) -> Vec<UsedSecret> {
    let mut all = Vec::new();
    for controller in cx.all::<IngressController<'_>>() {
        let name = controller.resource().name();
        let own = controller.resource().text(&["spec", "defaultCertificate", "name"]);
        let secret = own.map_or_else(|| format!("router-certs-{name}"), Cow::into_owned);
        let what = format!("the routes of IngressController {name}");
        all.push(UsedSecret { namespace: "openshift-ingress", secret, what });
    }
    let mut add = |item: Value<'_>, path: &[&str], what: &str| {
        if let Some(secret) = item.text_at(path).filter(|name| !name.is_empty()) {
            let secret = secret.into_owned();
            all.push(UsedSecret { namespace: "openshift-config", secret, what: what.to_owned() });
        }
    };
    for config in cx.all::<ApiServerConfig<'_>>() {
        let named = config.resource().at(&["spec", "servingCerts", "namedCertificates"]);
        for item in named.into_iter().flat_map(Value::items) {
            add(item, &["servingCertificate", "name"], "the API");
        }
    }
    for config in cx.all::<IngressConfig<'_>>() {
        let routes = config.resource().at(&["spec", "componentRoutes"]);
        for item in routes.into_iter().flat_map(Value::items) {
            add(item, &["servingCertKeyPairSecret", "name"], "a component route");
        }
    }
    all
}

fn finding(
    secret: Secret<'_>,
    certificate_ref: &CertificateRef,
    leaf: &Certificate,
    what: &str,
    now: Time,
) -> Finding {
    let resource = secret.resource();
    let (namespace, name) = (resource.namespace(), resource.name());
    let remaining = Span::between(now, leaf.not_after);
    let note = format!("it expires at {}", seconds(leaf.not_after));
    let summary = format!(
        "certificate in Secret {namespace}/{name} for {what} expires {remaining} after the collection \
         and is not renewed automatically"
    );
    Finding::new(
        Subject::view(secret),
        summary,
        certificate_evidence(resource, certificate_ref, note),
    )
    .severity(if remaining < VERY_SOON { Error } else { Warning })
    .keywords(format!("certificate {namespace} {name}"))
    .run(format!(
        "oc create secret tls {name} -n {namespace} --cert=<file> --key=<file> \
                     --dry-run=client -o yaml | oc replace -f -"
    ))
    .verify(format!(
        "oc get secret {name} -n {namespace} -o jsonpath='{{.data.tls\\.crt}}' \
                     | base64 -d | openssl x509 -noout -enddate"
    ))
    .before(
        "the new certificate covers every name of the old one and includes the full \
                     chain",
        Proof::ByHand("openssl x509 -noout -ext subjectAltName -in <file>".to_owned()),
    )
}
