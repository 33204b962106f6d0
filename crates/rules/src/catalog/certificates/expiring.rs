//! Certificates that nobody renews but a person, and that end within a month.
//!
//! # Why it matters
//!
//! What an administrator provides for routes and the API, and what the ingress operator makes once,
//! is renewed by nobody. When it ends, every client that checks it refuses the connection: the
//! console, the login, `oc`.
//!
//! # What to do
//!
//! Have a new certificate issued for the same names and put it into the Secret.
//!
//! # Blind spots
//!
//! Only the certificates that an IngressController, an APIServer or an Ingress configuration names
//! are judged. Those that cert-manager or an operator renews are left to their own schedule.
//!
//! # References
//!
//! - openshift/api `operator/v1/types_ingress.go` (defaultCertificate), `config/v1/types_apiserver.go`
//!   (namedCertificates), `config/v1/types_ingress.go` (componentRoutes)
//! - openshift/cluster-ingress-operator `pkg/operator/controller/certificate/ca.go` (two years, never renewed)

use mustknow_gather::certificate::{Certificate, Held};
use mustknow_gather::kinds::{
    API_SERVER_CONFIG, ApiServerConfig, INGRESS_CONFIG, INGRESS_CONTROLLER, IngressConfig,
    IngressController, SECRET, Secret,
};
use mustknow_gather::time::Time;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{TLS_CRT, held, held_evidence, no_clock, renews_itself};

/// Within what time the end is worth a warning.
const SOON: Span = Span::days(30);
/// And within what time an error.
const VERY_SOON: Span = Span::days(7);

pub(super) static META: Meta = Meta {
    id: "certificates/expiring",
    title: "certificates that only a person renews and that end within a month",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Certificates(&SECRET)],
    uses: &[
        Need::Kind(&INGRESS_CONTROLLER),
        Need::Kind(&API_SERVER_CONFIG),
        Need::Kind(&INGRESS_CONFIG),
    ],
};

/// A Secret in use, and for what.
struct Used {
    namespace: &'static str,
    secret: String,
    what: String,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(now) = case.now() else { return Verdict::Unknown(no_clock()) };
    let mut used = used(case);
    used.sort_by(|a, b| (a.namespace, &a.secret).cmp(&(b.namespace, &b.secret)));
    used.dedup_by(|a, b| (a.namespace, &a.secret) == (b.namespace, &b.secret));
    let (mut examined, mut findings) = (0, Vec::new());
    for used in used {
        let Some(secret) = case.find::<Secret<'_>>(used.namespace, &used.secret) else { continue };
        let Some(held) = held(secret.resource(), TLS_CRT) else { continue };
        let Some(leaf) = held.bundle.first() else { continue };
        examined += 1;
        let left = Span::between(now, leaf.not_after);
        if !leaf.is_expired(now) && left < SOON && !renews_itself(secret) {
            findings.push(finding(secret, held, leaf, &used.what, now));
        }
    }
    Verdict::over(examined, findings, "no certificate in use that a person provides was collected")
}

fn used(case: &Case<'_>) -> Vec<Used> {
    let mut all = Vec::new();
    for controller in case.all::<IngressController<'_>>() {
        let name = controller.resource().name();
        let own = controller.resource().text(&["spec", "defaultCertificate", "name"]);
        let secret =
            own.map_or_else(|| format!("router-certs-{name}"), std::borrow::Cow::into_owned);
        let what = format!("the routes of IngressController {name}");
        all.push(Used { namespace: "openshift-ingress", secret, what });
    }
    let mut add = |item: Value<'_>, path: &[&str], what: &str| {
        if let Some(secret) = item.text_at(path).filter(|name| !name.is_empty()) {
            let secret = secret.into_owned();
            all.push(Used { namespace: "openshift-config", secret, what: what.to_owned() });
        }
    };
    for config in case.all::<ApiServerConfig<'_>>() {
        let named = config.resource().at(&["spec", "servingCerts", "namedCertificates"]);
        for item in named.into_iter().flat_map(Value::items) {
            add(item, &["servingCertificate", "name"], "the API");
        }
    }
    for config in case.all::<IngressConfig<'_>>() {
        let routes = config.resource().at(&["spec", "componentRoutes"]);
        for item in routes.into_iter().flat_map(Value::items) {
            add(item, &["servingCertKeyPairSecret", "name"], "a route of the platform");
        }
    }
    all
}

fn finding(secret: Secret<'_>, held: &Held, leaf: &Certificate, what: &str, now: Time) -> Finding {
    let resource = secret.resource();
    let (namespace, name) = (resource.namespace(), resource.name());
    let left = Span::between(now, leaf.not_after);
    let note = format!("it ends {}", seconds(leaf.not_after));
    let summary = format!(
        "the certificate of Secret {namespace}/{name}, which serves {what}, expires {left} after \
         the collection and is renewed by nobody"
    );
    Finding::new(Subject::view(secret), summary, held_evidence(resource, held, note))
        .severity(if left < VERY_SOON { Severity::Error } else { Severity::Warning })
        .why("When it ends, every client that checks it refuses the connection.")
        .saying(format!("certificate {namespace} {name}"))
        .remedy(
            Remedy::new("Have a new certificate issued for the same names and put it in place.")
                .command(format!(
                    "oc create secret tls {name} -n {namespace} --cert=<file> --key=<file> \
                     --dry-run=client -o yaml | oc replace -f -"
                ))
                .verify(format!(
                    "oc get secret {name} -n {namespace} -o jsonpath='{{.data.tls\\.crt}}' \
                     | base64 -d | openssl x509 -noout -enddate"
                ))
                .before(
                    "the new certificate is for every name the old one is for, and comes with the \
                     whole chain",
                    Proof::ByHand("openssl x509 -noout -ext subjectAltName -in <file>".to_owned()),
                ),
        )
}
