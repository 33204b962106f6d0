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
    .needs(&[Need::Kind(&INGRESS_CONTROLLER), Need::Certificates(&SECRET)])
    .reads(&[Need::Kind(&INGRESS_CONFIG)])
    .check(check)
    .why(
        "The console and the login are routes in the ingress domain. If the default certificate \
         is for other names, every client that verifies it rejects the connection. These \
         clients include the authentication and console operators, which then become degraded.",
    )
    .fix(
        "Have a certificate issued for *.<ingress domain> and reference it in the \
         IngressController.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let none = "the default IngressController or its certificate was not collected";
    let Some(controller) =
        cx.find::<IngressController<'_>>("openshift-ingress-operator", "default")
    else {
        return Err(not_applicable(none));
    };
    let resource = controller.resource();
    let name = resource.text(&["spec", "defaultCertificate", "name"]);
    let name = name.as_deref().unwrap_or("router-certs-default");
    let secret = cx.find::<Secret<'_>>("openshift-ingress", name);
    let certificate_ref = secret.and_then(|secret| certificate_ref(secret.resource(), TLS_CRT));
    let leaf = certificate_ref.and_then(|certificate_ref| certificate_ref.bundle.first());
    let (Some(domain), Some(secret), Some(certificate_ref), Some(leaf)) =
        (resource.text(&["status", "domain"]), secret, certificate_ref, leaf)
    else {
        return Err(not_applicable(none));
    };
    let hosts: Vec<_> = ROUTES
        .iter()
        .filter(|(route, _)| !has_own(cx, route))
        .map(|(_, host)| format!("{host}.{domain}"))
        .collect();
    let missing: Vec<_> = hosts.iter().filter(|host| !leaf.covers(host)).cloned().collect();
    if missing.is_empty() || leaf.has_more_names {
        return Ok(Checked::over(1, None));
    }
    Ok(Checked::over(
        1,
        vec![finding(controller, secret, certificate_ref, leaf, &domain, &missing)],
    ))
}

/// Whether a component route has its own host and certificate.
fn has_own(cx: &RuleContext<'_>, route: &str) -> bool {
    cx.all::<IngressConfig<'_>>()
        .filter_map(|config| config.resource().at(&["spec", "componentRoutes"]))
        .flat_map(Value::items)
        .any(|item| item.text_at(&["name"]).as_deref() == Some(route))
}

fn finding(
    controller: IngressController<'_>,
    secret: Secret<'_>,
    certificate_ref: &CertificateRef,
    leaf: &Certificate,
    domain: &str,
    missing: &[String],
) -> Finding {
    let resource = secret.resource();
    let name = resource.name();
    let names = if leaf.names.is_empty() {
        format!("no name except the common name {}", leaf.subject.label)
    } else {
        name_list_up_to(&leaf.names, 4)
    };
    let summary = format!(
        "default ingress certificate in Secret openshift-ingress/{name} covers {names}, but not \
         *.{domain}"
    );
    let note = format!("it does not cover {}", name_list_up_to(missing, 2));
    Finding::new(Subject::view(secret), summary, certificate_evidence(resource, certificate_ref, note))
        .keywords(format!("certificate x509: {}", missing.join(" ")))
        .explains(Subject::cluster("ClusterOperator", "authentication"), "certificate")
        .explains(Subject::cluster("ClusterOperator", "console"), "certificate")
        .evidence([Evidence::field(
            controller.resource(),
            &["status", "domain"],
            "the domain of the routes",
        )])
        .run(format!(
                    "oc create secret tls <name> -n openshift-ingress --cert=<file> --key=<file> # for *.{domain}"
                )).run("oc patch ingresscontroller default -n openshift-ingress-operator --type=merge \
                     -p '{\"spec\":{\"defaultCertificate\":{\"name\":\"<name>\"}}}'").verify("oc get clusteroperators authentication console").before("the new certificate covers the domain and includes the full chain", Proof::ByHand("openssl x509 -noout -ext subjectAltName -in <file>".to_owned()))
}
