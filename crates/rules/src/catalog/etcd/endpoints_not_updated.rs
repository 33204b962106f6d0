//! A list of etcd endpoints that is not kept up to date.
//!
//! # Why it matters
//!
//! API servers learn from ConfigMap `openshift-etcd/etcd-endpoints` where etcd answers. While it is
//! not updated they keep asking members that are gone, and do not ask those that are new.
//!
//! # What to do
//!
//! Read the error: the member list cannot be had, or the API refuses the write.
//!
//! # Blind spots
//!
//! That the operator counts too few healthy members is `etcd/scaling-unsafe`.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdendpointscontroller/etcdendpointscontroller.go`

use mustknow_gather::kinds::OPERATOR_ETCD;

use super::scaling_unsafe;
use crate::catalog::prelude::*;
use crate::facts::{ETCD, Spoken, excerpt};

/// The controller tries again every minute.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "etcd/endpoints-not-updated",
    title: "a list of etcd endpoints that is not kept up to date",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Spoken::verdict(case, ETCD, &["EtcdEndpointsDegraded"], (GRACE, META.severity), |spoken| {
        let message = &spoken.reported.message;
        if scaling_unsafe::is_refusal(message) {
            return None;
        }
        let summary =
            format!("ConfigMap openshift-etcd/etcd-endpoints is not updated: {}", excerpt(message));
        Some(
            spoken
                .finding(summary)
                .why("API servers learn from it which members of etcd to ask.")
                .remedy(
                    Remedy::new("Mend what the error names.")
                        .command("oc get configmap etcd-endpoints -n openshift-etcd -o yaml")
                        .command("oc logs -n openshift-etcd-operator deployment/etcd-operator")
                        .verify("oc get etcds.operator.openshift.io cluster -o yaml"),
                ),
        )
    })
}
