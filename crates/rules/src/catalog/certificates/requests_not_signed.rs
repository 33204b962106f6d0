//! Approved CSRs that are not signed.
//!
//! CSRs for signers other than the Kubernetes signers are ignored, because other components sign
//! them, and so are archives for which it is not known whether the collector stored certificates.
//!
//! - kubernetes/kubernetes `pkg/controller/certificates/signer/signer.go`

use crate::catalog::prelude::*;

/// How long the signer may take.
const GRACE: Span = Span::minutes(10);
/// The signers that the kube-controller-manager implements.
const SIGNERS: [&str; 3] = ["kubernetes.io/kube-apiserver-client", KUBELET_CLIENT, KUBELET_SERVING];

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Certificates(&CERTIFICATE_SIGNING_REQUEST)])
    .grace(GRACE)
    .why(
        "The kube-controller-manager signs a CSR within seconds of its approval. If it does \
         not, kubelets get no certificate, and nodes become NotReady when their certificates \
         expire.",
    )
    .fix(
        "Check whether the kube-controller-manager is running, and whether it has its signing \
         key, in the files that its flags name. On OpenShift they are from Secret csr-signer.",
    )
    .run(&[
        "oc get pods -n openshift-kube-controller-manager",
        "oc logs -n openshift-kube-controller-manager -c kube-controller-manager <pod>",
    ])
    .verify(&["oc get csr"]);

/// A CSR that was approved, and why it has no certificate.
struct Unsigned<'s> {
    request: &'s Resource,
    condition: Condition<'s>,
    has_failed: bool,
}

fn check(cx: &RuleContext<'_>) -> Checked {
    let requests = CertificateRequests::of(cx, &SIGNERS).all;
    let condition = |request, name| Condition::find(request, name).filter(|c| !c.is_false());
    let approved: Vec<_> = requests
        .iter()
        .map(|request| request.resource())
        .filter_map(|request| Some((request, condition(request, "Approved")?)))
        .collect();
    // An unknown collector may omit certificates.
    let has_certificates =
        |it: CertificateSigningRequest<'_>| !it.resource().certificates().is_empty();
    let are_collected = cx.all().any(has_certificates)
        || cx.snapshot().clock().is_some_and(|clock| clock.source == ClockSource::GatherPod);
    let unsigned = approved.iter().filter_map(|(request, approved)| {
        let failed = condition(request, "Failed");
        let since = approved.since().or(request.created());
        let is_unsigned = are_collected
            && request.certificates().is_empty()
            && Persistence::of(cx, since, GRACE).counts();
        let (condition, has_failed) = (failed.unwrap_or(*approved), failed.is_some());
        (has_failed || is_unsigned).then_some(Unsigned { request, condition, has_failed })
    });
    let unsigned: Vec<_> = unsigned.collect();
    Checked::over(approved.len(), finding(&unsigned))
}

fn finding(unsigned: &[Unsigned<'_>]) -> Option<Finding> {
    let first = unsigned.first()?;
    let names: Vec<_> = unsigned.iter().map(|one| one.request.name()).collect();
    let message = first.condition.message();
    let reason = if first.has_failed { format!(": {}", excerpt(&message)) } else { String::new() };
    let count = match unsigned.len() {
        1 => "one CSR was".to_owned(),
        n => format!("{} were", pluralize(n, "CSR")),
    };
    let summary =
        format!("{count} approved but not signed ({}){reason}", name_list_up_to(&names, 4));
    let mut evidence = unsigned.iter().map(|one| {
        let note = if one.has_failed { "the signer failed" } else { "approved since then" };
        Evidence::condition(one.request, one.condition, note)
    });
    let subject = if unsigned.len() == 1 {
        Subject::of(first.request)
    } else {
        let signer = first.request.text(&["spec", "signerName"]).unwrap_or_default();
        Subject::cluster("CertificateSigningRequest", signer)
    };
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .since(unsigned.iter().filter_map(|one| one.condition.since()).min())
            // A failure is reported and needs no time to show.
            .lasting(unsigned.iter().any(|one| one.has_failed))
            .keywords(format!("certificate {}", names.join(" ")))
            .evidence(evidence.take(4)),
    )
}
