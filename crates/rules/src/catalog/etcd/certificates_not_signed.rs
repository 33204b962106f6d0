//! etcd certificates that cannot be signed or renewed.
//!
//! If the operator counts too few healthy members, `etcd/scaling-unsafe` covers it. From 4.17 on
//! the operator restores the bundle of all certificates automatically.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdcertsigner/etcdcertsignercontroller.go`
//! - <https://github.com/openshift/cluster-etcd-operator/pull/1296>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(ETCD, &["EtcdCertSignerControllerDegraded"], |bad| {
        let summary = format!("etcd operator cannot sign etcd certificates: {}", bad.detail());
        (!is_quorum_refusal(&bad.state.message)).then(|| bad.finding(summary))
    })
    // The controller retries every minute.
    .grace(Span::minutes(15))
    .why(
        "Members authenticate to each other and to the API servers with certificates, which the \
         operator signs and renews. While it cannot, the member of a new node cannot start, and \
         the existing certificates are not renewed before they expire.",
    )
    .fix(
        "Read the error. In most cases a Secret or ConfigMap of the CA is missing or was \
         changed manually.",
    )
    .run(&[
        "oc get secrets,configmaps -n openshift-etcd",
        "oc logs -n openshift-etcd-operator deployment/etcd-operator",
    ])
    .verify(&["oc get etcds.operator.openshift.io cluster -o yaml"])
    .before(&[(
        "before deleting a CA or a bundle to have it created again: etcd is healthy and a backup \
         of etcd exists",
        "",
    )]);
