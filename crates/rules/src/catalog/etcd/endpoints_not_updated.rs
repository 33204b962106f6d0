//! Outdated etcd-endpoints ConfigMap.
//!
//! If the operator counts too few healthy members, `etcd/scaling-unsafe` covers it.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdendpointscontroller/etcdendpointscontroller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .condition(ETCD, &["EtcdEndpointsDegraded"], |bad| {
        let summary =
            format!("ConfigMap openshift-etcd/etcd-endpoints is not updated: {}", bad.detail());
        (!is_quorum_refusal(&bad.state.message)).then(|| bad.finding(summary))
    })
    // The controller retries every minute.
    .grace(Span::minutes(15))
    .why(
        "API servers read the addresses of etcd from ConfigMap openshift-etcd/etcd-endpoints. \
         While it is not updated, they keep connecting to members that no longer exist and do \
         not use new members.",
    )
    .fix(
        "Read the error. Either the member list cannot be retrieved, or the API server rejects \
         the write.",
    )
    .run(&[
        "oc get configmap etcd-endpoints -n openshift-etcd -o yaml",
        "oc logs -n openshift-etcd-operator deployment/etcd-operator",
    ])
    .verify(&["oc get etcds.operator.openshift.io cluster -o yaml"]);
