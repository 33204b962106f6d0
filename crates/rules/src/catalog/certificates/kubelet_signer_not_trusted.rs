//! Kubelet client certificates that the kube-apiserver does not trust.
//!
//! # Why it matters
//!
//! The kube-apiserver verifies kubelets with the CAs in its ConfigMap `client-ca`. If the CA that
//! issues new certificates is not among them, every kubelet that renews its certificate is
//! rejected, and its node becomes NotReady.
//!
//! # What to do
//!
//! Check why the CA did not reach the kube-apiserver: the kube-apiserver operator or the
//! kube-controller-manager operator is stuck.
//!
//! # Blind spots
//!
//! Signatures are not verified: issuer names and key identifiers are compared. The kube-apiserver
//! may have loaded an older revision than its ConfigMap.
//!
//! # References
//!
//! - openshift/cluster-kube-controller-manager-operator `pkg/operator/certrotationcontroller/certrotationcontroller.go` (csr-signer)
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/targetconfigcontroller/targetconfigcontroller.go` (client-ca)

use mustknow_cluster::model::certificate::{Bundle, CertificateRef};
use mustknow_cluster::model::kinds::{CERTIFICATE_SIGNING_REQUEST, CONFIG_MAP};
use mustknow_cluster::views::CertificateSigningRequest as Request;

use crate::catalog::prelude::*;
use crate::domain::{PROPAGATION, ca_certificates, certificate_evidence, chains_to, clock_gap};
use crate::engine::name_list_up_to;

const SIGNER: &str = "kubernetes.io/kube-apiserver-client-kubelet";

pub(super) static META: Meta = Meta {
    id: "certificates/kubelet-signer-not-trusted",
    title: "kubelet client certificates that the kube-apiserver does not trust",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Certificates(&CERTIFICATE_SIGNING_REQUEST), Need::Certificates(&CONFIG_MAP)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(now) = cx.now() else { return Verdict::Unknown(clock_gap()) };
    let none = "no issued kubelet certificate or no client CA of the kube-apiserver was collected";
    let Some((map, trusted)) =
        ca_certificates(cx, "openshift-kube-apiserver", "client-ca", "ca-bundle.crt")
    else {
        return Verdict::NotApplicable(none.to_owned());
    };
    let newest = trusted.bundle.iter().map(|one| one.not_before).max();
    let mut examined = 0;
    let mut refused = Vec::new();
    for request in cx.all::<Request<'_>>().filter(|request| request.signer() == SIGNER) {
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
    let findings = finding(map.resource(), trusted, &refused).into_iter().collect();
    Verdict::over(examined, findings, none)
}

fn finding(
    map: &mustknow_cluster::model::resource::Resource,
    trusted: &CertificateRef,
    refused: &[(Request<'_>, &CertificateRef, &str)],
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
        .why(
            "The kube-apiserver rejects every kubelet that has renewed its certificate, and the \
             node becomes NotReady.",
        )
        .keywords("certificate x509: kubelet client-ca")
        .evidence(evidence)
        .remedy(
            Remedy::new("Check why the CA did not reach the kube-apiserver.")
                .command("oc get clusteroperators kube-apiserver kube-controller-manager")
                .verify("oc get configmap client-ca -n openshift-kube-apiserver -o yaml"),
        ),
    )
}
