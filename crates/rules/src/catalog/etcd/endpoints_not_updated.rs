//! Outdated etcd-endpoints ConfigMap.
//!
//! # Why it matters
//!
//! API servers read the addresses of etcd from ConfigMap `openshift-etcd/etcd-endpoints`. While it
//! is not updated, they keep connecting to members that no longer exist and do not use new members.
//!
//! # What to do
//!
//! Read the error. Either the member list cannot be retrieved, or the API server rejects the write.
//!
//! # Blind spots
//!
//! If the operator counts too few healthy members, `etcd/scaling-unsafe` covers it.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdendpointscontroller/etcdendpointscontroller.go`

use mustknow_cluster::model::kinds::OPERATOR_ETCD;

use super::scaling_unsafe;
use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::{ETCD, OperatorCondition};

/// The controller retries every minute.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "etcd/endpoints-not-updated",
    title: "outdated etcd-endpoints ConfigMap",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    OperatorCondition::verdict(
        cx,
        ETCD,
        &["EtcdEndpointsDegraded"],
        (GRACE, META.severity),
        |condition| {
            let message = &condition.state.message;
            if scaling_unsafe::is_refusal(message) {
                return None;
            }
            let summary = format!(
                "ConfigMap openshift-etcd/etcd-endpoints is not updated: {}",
                excerpt(message)
            );
            Some(
                condition
                    .finding(summary)
                    .why("API servers read the addresses of the etcd members from it.")
                    .remedy(
                        Remedy::new("Fix the error in the message.")
                            .command("oc get configmap etcd-endpoints -n openshift-etcd -o yaml")
                            .command("oc logs -n openshift-etcd-operator deployment/etcd-operator")
                            .verify("oc get etcds.operator.openshift.io cluster -o yaml"),
                    ),
            )
        },
    )
}
