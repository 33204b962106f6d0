//! Kubelet client certificates that the kube-apiserver does not trust.
//!
//! Signatures are not verified: issuer names and key identifiers are compared. The kube-apiserver
//! may have loaded an older revision than its ConfigMap.
//!
//! - openshift/cluster-kube-controller-manager-operator `pkg/operator/certrotationcontroller/certrotationcontroller.go` (csr-signer)
//! - openshift/cluster-kube-apiserver-operator `pkg/operator/targetconfigcontroller/targetconfigcontroller.go` (client-ca)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .needs(&[Need::Certificates(&CERTIFICATE_SIGNING_REQUEST), Need::Certificates(&CONFIG_MAP)])
    .grace(PROPAGATION)
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
    let now = collection_time(cx)?;
    let requests = CertificateRequests::of(cx, &[KUBELET_CLIENT]).all;
    let issued = requests.iter().map(|it| it.resource()).filter_map(|request| {
        let certificates = request.certificates().first()?;
        Some((request, certificates, certificates.bundle.first()?))
    });
    let issued: Vec<_> = issued.collect();
    if issued.is_empty() {
        return Err(not_applicable("no issued kubelet certificate was collected"));
    }
    if issued.iter().all(|(.., leaf)| leaf.is_expired(now)) {
        let what = "every kubelet certificate that was issued has expired";
        return Err(Gap::new(GapKind::FieldAbsent, what).into());
    }
    let trusted = CaBundle::find(cx, "openshift-kube-apiserver", "client-ca")?;
    let bundle = &trusted.authorities.bundle;
    let begun = |request: &Resource| request.created().max(trusted.newest());
    let refused = issued.iter().filter(|(request, _, leaf)| {
        !leaf.is_expired(now)
            && !chains_to(leaf, &Bundle::default(), &[bundle])
            && Persistence::of(cx, begun(request), PROPAGATION).counts()
    });
    let refused: Vec<_> = refused.collect();
    if let Some(gap) = trusted.gap().filter(|_| !refused.is_empty()) {
        return Err(gap.into());
    }
    let finding = refused.last().map(|(_, _, leaf)| {
        let signer = &leaf.issuer.label;
        let mut names: Vec<_> = refused.iter().map(|(request, ..)| request.name()).collect();
        names.sort_unstable();
        let summary = format!(
            "kubelet certificates are issued by {signer}, which is not in ConfigMap \
             openshift-kube-apiserver/client-ca ({})",
            name_list_up_to(&names, 4)
        );
        let evidence = refused.iter().take(4).map(|(request, certificates, leaf)| {
            let note = format!("issued by {}", leaf.issuer.label);
            certificate_evidence(request, certificates, note)
        });
        Finding::new(Subject::cluster("signer", &**signer), summary, trusted.contents())
            .since(refused.iter().filter_map(|(request, ..)| begun(request)).min())
            .keywords("certificate x509: kubelet client-ca")
            .evidence(evidence)
    });
    Ok(Checked::over(issued.len(), finding))
}
