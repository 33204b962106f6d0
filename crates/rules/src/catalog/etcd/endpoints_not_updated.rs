//! Outdated etcd-endpoints ConfigMap.
//!
//! If the operator counts too few healthy members, `etcd/scaling-unsafe` covers it.
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdendpointscontroller/etcdendpointscontroller.go`

use super::scaling_unsafe;
use crate::catalog::prelude::*;

/// The controller retries every minute.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_ETCD)])
    .check(check)
    .grace(GRACE)
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

fn check(cx: &RuleContext<'_>) -> Judged {
    OperatorCondition::judge(cx, ETCD, &["EtcdEndpointsDegraded"], |condition| {
        let message = &condition.state.message;
        if scaling_unsafe::is_refusal(message) {
            return None;
        }
        let summary =
            format!("ConfigMap openshift-etcd/etcd-endpoints is not updated: {}", excerpt(message));
        Some(condition.finding(summary))
    })
}
