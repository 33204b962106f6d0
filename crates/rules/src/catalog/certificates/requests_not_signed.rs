//! Approved CSRs that are not signed.
//!
//! CSRs for signers other than the Kubernetes signers are ignored, because other components sign
//! them. CSRs that were approved less than ten minutes before the collection are ignored, and so
//! are archives for which it is not known whether the collector stored the certificates.
//!
//! - kubernetes/kubernetes `pkg/controller/certificates/signer/signer.go`

use crate::catalog::prelude::*;

/// How long the signer may take.
const GRACE: Span = Span::minutes(10);
/// The signers that the kube-controller-manager implements.
const SIGNERS: [&str; 3] = [
    "kubernetes.io/kube-apiserver-client",
    "kubernetes.io/kube-apiserver-client-kubelet",
    "kubernetes.io/kubelet-serving",
];

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Certificates(&CERTIFICATE_SIGNING_REQUEST)])
    .check(check)
    .why(
        "The kube-controller-manager signs a CSR within seconds of its approval. If it does \
         not, kubelets get no certificate, and nodes become NotReady when their certificates \
         expire.",
    )
    .fix(
        "Check whether the kube-controller-manager is running, and whether it has its signing \
         key (Secret csr-signer).",
    )
    .run(&[
        "oc get pods -n openshift-kube-controller-manager",
        "oc logs -n openshift-kube-controller-manager -c kube-controller-manager <pod>",
    ])
    .verify(&["oc get csr"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    // An unknown collector may omit certificates.
    let certificates_are_collected = cx
        .all::<CertificateSigningRequest<'_>>()
        .any(|one| !one.resource().certificates().is_empty())
        || cx.snapshot().clock().is_some_and(|clock| clock.source == ClockSource::GatherPod);
    let mut examined = 0;
    let mut unsigned = Vec::new();
    for request in cx.all::<CertificateSigningRequest<'_>>() {
        let resource = request.resource();
        let approved = Condition::find(resource, "Approved").filter(|c| !c.is_false());
        let Some(approved) = approved.filter(|_| SIGNERS.contains(&&*request.signer())) else {
            continue;
        };
        examined += 1;
        let failed = Condition::find(resource, "Failed").filter(|c| !c.is_false());
        let since = approved.since().or(resource.created());
        let is_unsigned = certificates_are_collected
            && resource.certificates().is_empty()
            && cx.is_older(since, GRACE);
        if failed.is_some() || is_unsigned {
            unsigned.push((request, failed.unwrap_or(approved), failed.is_some()));
        }
    }
    let findings = finding(&unsigned).into_iter();
    Ok(Checked::over(examined, findings))
}

fn finding(unsigned: &[(CertificateSigningRequest<'_>, Condition<'_>, bool)]) -> Option<Finding> {
    let (first, condition, has_failed) = *unsigned.first()?;
    let names: Vec<_> = unsigned.iter().map(|(one, ..)| one.resource().name()).collect();
    let reason =
        if has_failed { format!(": {}", excerpt(&condition.message())) } else { String::new() };
    let summary = format!(
        "{} approved but not signed ({}){reason}",
        match unsigned.len() {
            1 => "one CSR was".to_owned(),
            n => format!("{} were", pluralize(n, "CSR")),
        },
        name_list_up_to(&names, 4)
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
            .keywords(format!("certificate {}", names.join(" ")))
            .evidence(evidence.take(4)),
    )
}
