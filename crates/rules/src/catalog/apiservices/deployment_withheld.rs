//! API server Deployment not created by its operator.
//!
//! During an installation the operators wait for etcd in the same way. This is normal in the first
//! hour.
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go`
//!   (`PreconditionNotFulfilled`)
//! - openshift/cluster-authentication-operator `pkg/operator/workload/sync_openshift_oauth_apiserver.go`

use crate::catalog::prelude::*;

const OPERATORS: &[OperatorRef] = &[
    (&OPERATOR_OPENSHIFT_API_SERVER, "openshift-apiserver"),
    (&OPERATOR_AUTHENTICATION, "authentication"),
];

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .condition(OPERATORS, &["APIServerDeploymentDegraded"], |bad| {
        if bad.state.reason != "PreconditionNotFulfilled" {
            return None;
        }
        let (server, namespace) = match bad.operator {
            "authentication" => ("oauth-apiserver", "openshift-oauth-apiserver"),
            _ => ("openshift-apiserver", "openshift-apiserver"),
        };
        let summary =
            format!("the Deployment of {server} is not created or updated: {}", bad.detail());
        Some(bad.finding(summary).with("pods", namespace))
    })
    // The prerequisites normally become available within minutes.
    .grace(Span::minutes(15))
    .why(
        "The operators of openshift-apiserver and oauth-apiserver create or update their \
         Deployment only when its prerequisites are known: a revision and the etcd endpoints. \
         Until then the operator creates no new pods, and the APIs stay as they are or are not \
         served at all.",
    )
    .fix(
        "Check which prerequisite the message names. The revision comes from the operator's \
         revision controller, the etcd endpoints come from ConfigMap \
         openshift-etcd/etcd-endpoints.",
    )
    .run(&[
        "oc get {resource} cluster -o yaml",
        "oc get configmap etcd-endpoints -n openshift-etcd -o yaml",
    ])
    .verify(&["oc get pods -n {pods}"]);
