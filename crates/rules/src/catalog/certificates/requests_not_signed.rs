//! Requests for certificates that were approved and not signed.
//!
//! # Why it matters
//!
//! The controller manager signs a request within seconds after it was approved. Where it does not,
//! kubelets get no certificate, and nodes become NotReady when theirs run out.
//!
//! # What to do
//!
//! See whether the kube-controller-manager runs, and whether it has its key for signing (Secret
//! `csr-signer`).
//!
//! # Blind spots
//!
//! Requests of signers that are not Kubernetes' own are left out, since somebody else signs them.
//! What was approved less than ten minutes before the collection is left out, and so are archives
//! of which nobody knows whether the collector kept the certificates.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/certificates/signer/signer.go`

use mustknow_gather::clock::ClockSource;
use mustknow_gather::kinds::{
    CERTIFICATE_SIGNING_REQUEST, CertificateSigningRequest as Request, Condition,
};

use crate::catalog::prelude::*;
use crate::facts::{count, enumerate, excerpt};

/// How long the signer may take.
const GRACE: Span = Span::minutes(10);
/// The signers that the controller manager is.
const SIGNERS: [&str; 3] = [
    "kubernetes.io/kube-apiserver-client",
    "kubernetes.io/kube-apiserver-client-kubelet",
    "kubernetes.io/kubelet-serving",
];

pub(super) static META: Meta = Meta {
    id: "certificates/requests-not-signed",
    title: "requests for certificates that were approved and not signed",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Certificates(&CERTIFICATE_SIGNING_REQUEST)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    // A collector that is not known may leave certificates out.
    let is_kept = case.all::<Request<'_>>().any(|one| !one.resource().certificates().is_empty())
        || case.snapshot().clock().is_some_and(|clock| clock.source == ClockSource::GatherPod);
    let mut examined = 0;
    let mut unsigned = Vec::new();
    for request in case.all::<Request<'_>>() {
        let resource = request.resource();
        let approved = Condition::find(resource, "Approved").filter(|c| !c.is_false());
        let Some(approved) = approved.filter(|_| SIGNERS.contains(&&*request.signer())) else {
            continue;
        };
        examined += 1;
        let failed = Condition::find(resource, "Failed").filter(|c| !c.is_false());
        let since = approved.since().or(resource.created());
        let is_unsigned =
            is_kept && resource.certificates().is_empty() && case.is_older(since, GRACE);
        if failed.is_some() || is_unsigned {
            unsigned.push((request, failed.unwrap_or(approved), failed.is_some()));
        }
    }
    let findings = finding(&unsigned).into_iter().collect();
    Verdict::over(examined, findings, "no request for a certificate was approved")
}

fn finding(unsigned: &[(Request<'_>, Condition<'_>, bool)]) -> Option<Finding> {
    let (first, condition, has_failed) = *unsigned.first()?;
    let names: Vec<_> = unsigned.iter().map(|(one, ..)| one.resource().name()).collect();
    let reason =
        if has_failed { format!(": {}", excerpt(&condition.message())) } else { String::new() };
    let summary = format!(
        "{} approved and not signed ({}){reason}",
        match unsigned.len() {
            1 => "a request for a certificate was".to_owned(),
            n => format!("{} were", count(n, "request")),
        },
        enumerate(&names, 4)
    );
    let mut evidence = unsigned.iter().map(|(one, condition, failed)| {
        let note = if *failed { "the signer failed" } else { "approved since then" };
        Evidence::condition(one.resource(), *condition, note)
    });
    let subject = match unsigned {
        [_] => Subject::view(first),
        _ => Subject::cluster("CertificateSigningRequest", first.signer()),
    };
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .since(unsigned.iter().filter_map(|(_, condition, _)| condition.since()).min())
            .why(
                "The kube-controller-manager signs an approved request within seconds. Without \
                 that kubelets get no certificate, and their nodes become NotReady when theirs \
                 run out.",
            )
            .saying(format!("certificate {}", names.join(" ")))
            .evidence(evidence.take(4))
            .remedy(
                Remedy::new("See whether the kube-controller-manager runs and can sign.")
                    .command("oc get pods -n openshift-kube-controller-manager")
                    .command("oc logs -n openshift-kube-controller-manager -c kube-controller-manager <pod>")
                    .verify("oc get csr"),
            ),
    )
}
