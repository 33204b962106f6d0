//! Kubelet client certificates that the kube-apiserver does not trust.
//!
//! Signatures are not verified: issuer names and key identifiers are compared. The kube-apiserver
//! may have loaded an older revision than its ConfigMap.
//!
//! - openshift/cluster-kube-controller-manager-operator `pkg/operator/certrotationcontroller/certrotationcontroller.go` (csr-signer)
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/targetconfigcontroller/targetconfigcontroller.go` (client-ca)

use crate::catalog::prelude::*;

const SIGNER: &str = "kubernetes.io/kube-apiserver-client-kubelet";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Certificates(&CERTIFICATE_SIGNING_REQUEST), Need::Certificates(&CONFIG_MAP)])
    .check(check)
    .why(
        "The kube-apiserver verifies kubelets with the CAs in its ConfigMap client-ca. If the \
         CA that issues new certificates is not among them, every kubelet that renews its \
         certificate is rejected, and its node becomes NotReady.",
    )
    .fix(
        "Check why the CA did not reach the kube-apiserver: the kube-apiserver operator or the \
         kube-controller-manager operator is stuck.",
    )
    .run(&["oc get clusteroperators kube-apiserver kube-controller-manager"])
    .verify(&["oc get configmap client-ca -n openshift-kube-apiserver -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(now) = cx.now() else { return Err(NotJudged::from(clock_gap())) };
    let none = "no issued kubelet certificate or no client CA of the kube-apiserver was collected";
    let Some((map, trusted)) =
        ca_certificates(cx, "openshift-kube-apiserver", "client-ca", "ca-bundle.crt")
    else {
        return Err(not_applicable(none));
    };
    let newest = trusted.bundle.iter().map(|one| one.not_before).max();
    let mut examined = 0;
    let mut refused = Vec::new();
    for request in
        cx.all::<CertificateSigningRequest<'_>>().filter(|request| request.signer() == SIGNER)
    {
        let Some(certificate_ref) = request.resource().certificates().first() else { continue };
        let Some(leaf) = certificate_ref.bundle.first() else { continue };
        examined += 1;
        let is_propagated = cx.is_older(request.resource().created().max(newest), PROPAGATION);
        if trusted.bundle.is_whole()
            && is_propagated
            && !leaf.is_expired(now)
            && !chains_to(leaf, &Bundle::default(), &[&trusted.bundle])
        {
            refused.push((request, certificate_ref, &*leaf.issuer.label));
        }
    }
    let findings = finding(map.resource(), trusted, &refused).into_iter();
    Ok(Checked::over(examined, findings))
}

fn finding(
    map: &Resource,
    trusted: &CertificateRef,
    refused: &[(CertificateSigningRequest<'_>, &CertificateRef, &str)],
) -> Option<Finding> {
    let (_, _, signer) = *refused.last()?;
    let mut nodes: Vec<_> =
        refused.iter().map(|(request, ..)| request.resource().name().to_owned()).collect();
    nodes.sort();
    let trusts: Vec<_> = trusted.bundle.iter().map(|one| &*one.subject.label).collect();
    let note = format!("it contains {}", name_list_up_to(&trusts, 8));
    let summary = format!(
        "kubelet certificates are issued by {signer}, which is not in ConfigMap \
         openshift-kube-apiserver/client-ca ({})",
        name_list_up_to(&nodes, 4)
    );
    let evidence = refused.iter().take(4).map(|(request, certificate_ref, signer)| {
        certificate_evidence(request.resource(), certificate_ref, format!("issued by {signer}"))
    });
    Some(
        Finding::new(
            Subject::cluster("signer", signer),
            summary,
            certificate_evidence(map, trusted, note),
        )
        .keywords("certificate x509: kubelet client-ca")
        .evidence(evidence),
    )
}
