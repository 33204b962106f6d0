//! etcd certificates that cannot be signed or renewed.
//!
//! # Why it matters
//!
//! Members authenticate to each other and to the API servers with certificates, which the operator
//! signs and renews. While the operator cannot do this, a new node gets no certificates, so its
//! member cannot start, and the existing certificates are not renewed before they expire.
//!
//! # What to do
//!
//! Read the error. In most cases a Secret or ConfigMap of the CA is missing or was changed
//! manually.
//!
//! # Blind spots
//!
//! If the operator counts too few healthy members, `etcd/scaling-unsafe` covers it. From 4.17 on
//! the operator restores the bundle of all certificates automatically.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdcertsigner/etcdcertsignercontroller.go`
//! - <https://github.com/openshift/cluster-etcd-operator/pull/1296>

use mustknow_cluster::model::kinds::OPERATOR_ETCD;

use super::scaling_unsafe;
use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::{ETCD, OperatorCondition};

/// The controller retries every minute.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "etcd/certificates-not-signed",
    title: "etcd certificates that cannot be signed or renewed",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let conditions = &["EtcdCertSignerControllerDegraded"];
    OperatorCondition::verdict(cx, ETCD, conditions, (GRACE, META.severity), |condition| {
        let message = &condition.state.message;
        if scaling_unsafe::is_refusal(message) {
            return None;
        }
        let summary = format!("etcd operator cannot sign etcd certificates: {}", excerpt(message));
        Some(
            condition
                .finding(summary)
                .why(
                    "A new control-plane node gets no certificates for its member, and existing \
                     certificates are not renewed.",
                )
                .remedy(
                    Remedy::new("Fix the error in the message.")
                        .command("oc get secrets,configmaps -n openshift-etcd")
                        .command("oc logs -n openshift-etcd-operator deployment/etcd-operator")
                        .verify("oc get etcds.operator.openshift.io cluster -o yaml")
                        .precondition(
                            "before deleting a CA or a bundle to have it created again: etcd is \
                             healthy and a backup of etcd exists",
                            Proof::ByHand(String::new()),
                        ),
                ),
        )
    })
}
