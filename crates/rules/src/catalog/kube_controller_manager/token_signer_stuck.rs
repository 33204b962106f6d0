//! Service account token signing key that is not rotated.
//!
//! While the bootstrap host still answers, the operator waits for its removal and reports nothing.
//!
//! - openshift/cluster-kube-controller-manager-operator
//!   `pkg/operator/certrotationcontroller/satokensigner_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .condition(KUBE_CONTROLLER_MANAGER, &["SATokenSignerDegraded"], |bad| {
        let detail = bad.detail();
        Some(bad.finding(format!("service account token signing key is not rotated: {detail}")))
    })
    // A new key waits five minutes by design, and the kube-apiservers roll out a new revision.
    .grace(Span::minutes(30))
    .why(
        "The operator creates a new key, distributes it to every kube-apiserver, and then lets \
         kube-controller-manager sign with it. If that fails, tokens are signed with the old \
         key, or with the key that the installer created.",
    )
    .fix(
        "Check the error. In most cases the operator waits for the kube-apiservers to run the \
         newest revision.",
    )
    .run(&["oc get pods -n openshift-kube-apiserver -o wide"])
    .verify(&["oc get kubecontrollermanagers.operator.openshift.io cluster -o yaml"]);
