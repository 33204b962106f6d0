//! Certificates of etcd that its operator cannot sign or renew.
//!
//! # Why it matters
//!
//! Members show certificates to each other and to the API servers, and the operator signs and renews
//! them. While it cannot, a new node gets none, so its member cannot start, and those that exist run
//! towards their end.
//!
//! # What to do
//!
//! Read the error: most often a Secret or ConfigMap of the signer is missing or was changed by hand.
//!
//! # Blind spots
//!
//! That the operator counts too few healthy members is `etcd/scaling-unsafe`. From 4.17 on the
//! operator restores the bundle of all certificates by itself.
//!
//! # References
//!
//! - openshift/cluster-etcd-operator `pkg/operator/etcdcertsigner/etcdcertsignercontroller.go`
//! - <https://github.com/openshift/cluster-etcd-operator/pull/1296>

use mustknow_gather::kinds::OPERATOR_ETCD;

use super::scaling_unsafe;
use crate::catalog::prelude::*;
use crate::facts::{ETCD, Spoken, excerpt};

/// The controller tries again every minute.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "etcd/certificates-not-signed",
    title: "certificates of etcd that its operator cannot sign or renew",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_ETCD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let conditions = &["EtcdCertSignerControllerDegraded"];
    Spoken::verdict(case, ETCD, conditions, (GRACE, META.severity), |spoken| {
        let message = &spoken.reported.message;
        if scaling_unsafe::is_refusal(message) {
            return None;
        }
        let summary =
            format!("the etcd operator cannot sign certificates of etcd: {}", excerpt(message));
        Some(
            spoken
                .finding(summary)
                .why(
                    "A new control-plane node gets no certificates for its member, and the \
                     existing ones are not renewed.",
                )
                .remedy(
                    Remedy::new("Mend what the error names.")
                        .command("oc get secrets,configmaps -n openshift-etcd")
                        .command("oc logs -n openshift-etcd-operator deployment/etcd-operator")
                        .verify("oc get etcds.operator.openshift.io cluster -o yaml")
                        .before(
                            "before a signer or a bundle is deleted so that it is made anew: etcd \
                             is healthy and a backup of it exists",
                            Proof::ByHand(String::new()),
                        ),
                ),
        )
    })
}
