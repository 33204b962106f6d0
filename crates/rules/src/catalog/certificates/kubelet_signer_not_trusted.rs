//! Kubelets with certificates that the kube-apiserver does not believe.
//!
//! # Why it matters
//!
//! The kube-apiserver believes a kubelet by the authorities in its ConfigMap `client-ca`. Where the
//! signer of new certificates is not among them, every kubelet that renews its certificate is
//! refused, and its node becomes NotReady.
//!
//! # What to do
//!
//! See why the authority of the signer did not reach the kube-apiserver: its operator, or the
//! operator of the controller manager, is stuck.
//!
//! # Blind spots
//!
//! Signatures are not computed: the name of the issuer and the identifiers of the keys are
//! compared. What the kube-apiserver has loaded may be an older revision than its ConfigMap.
//!
//! # References
//!
//! - openshift/cluster-kube-controller-manager-operator `pkg/operator/certrotationcontroller/certrotationcontroller.go` (csr-signer)
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/targetconfigcontroller/targetconfigcontroller.go` (client-ca)

use mustknow_gather::certificate::{Bundle, Held};
use mustknow_gather::kinds::{
    CERTIFICATE_SIGNING_REQUEST, CONFIG_MAP, CertificateSigningRequest as Request,
};

use crate::catalog::prelude::*;
use crate::facts::{SPREADING, authorities, enumerate, held_evidence, leads_to, no_clock};

const SIGNER: &str = "kubernetes.io/kube-apiserver-client-kubelet";

pub(super) static META: Meta = Meta {
    id: "certificates/kubelet-signer-not-trusted",
    title: "kubelets with certificates that the kube-apiserver does not believe",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Certificates(&CERTIFICATE_SIGNING_REQUEST), Need::Certificates(&CONFIG_MAP)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(now) = case.now() else { return Verdict::Unknown(no_clock()) };
    let none =
        "no answered request of a kubelet and no authorities of the kube-apiserver were collected";
    let Some((map, trusted)) =
        authorities(case, "openshift-kube-apiserver", "client-ca", "ca-bundle.crt")
    else {
        return Verdict::NotApplicable(none.to_owned());
    };
    let newest = trusted.bundle.iter().map(|one| one.not_before).max();
    let mut examined = 0;
    let mut refused = Vec::new();
    for request in case.all::<Request<'_>>().filter(|request| request.signer() == SIGNER) {
        let Some(held) = request.resource().certificates().first() else { continue };
        let Some(leaf) = held.bundle.first() else { continue };
        examined += 1;
        let is_settled = case.is_older(request.resource().created().max(newest), SPREADING);
        if trusted.bundle.is_whole()
            && is_settled
            && !leaf.is_expired(now)
            && !leads_to(leaf, &Bundle::default(), &[&trusted.bundle])
        {
            refused.push((request, held, &*leaf.issuer.label));
        }
    }
    let findings = finding(map.resource(), trusted, &refused).into_iter().collect();
    Verdict::over(examined, findings, none)
}

fn finding(
    map: &mustknow_gather::resource::Resource,
    trusted: &Held,
    refused: &[(Request<'_>, &Held, &str)],
) -> Option<Finding> {
    let (_, _, signer) = *refused.last()?;
    let mut nodes: Vec<_> =
        refused.iter().map(|(request, ..)| request.resource().name().to_owned()).collect();
    nodes.sort();
    let trusts: Vec<_> = trusted.bundle.iter().map(|one| &*one.subject.label).collect();
    let note = format!("it holds {}", enumerate(&trusts, 8));
    let summary = format!(
        "kubelets get certificates of {signer}, which is not among the authorities of ConfigMap \
         openshift-kube-apiserver/client-ca ({})",
        enumerate(&nodes, 4)
    );
    let evidence = refused.iter().take(4).map(|(request, held, signer)| {
        held_evidence(request.resource(), held, format!("signed by {signer}"))
    });
    Some(
        Finding::new(
            Subject::cluster("signer", signer),
            summary,
            held_evidence(map, trusted, note),
        )
        .why(
            "The kube-apiserver refuses each kubelet that has renewed its certificate, and the \
                 node becomes NotReady.",
        )
        .saying("certificate x509: kubelet client-ca")
        .evidence(evidence)
        .remedy(
            Remedy::new("See why the authority did not reach the kube-apiserver.")
                .command("oc get clusteroperators kube-apiserver kube-controller-manager")
                .verify("oc get configmap client-ca -n openshift-kube-apiserver -o yaml"),
        ),
    )
}
