//! An API server whose Deployment its operator does not make.
//!
//! # Why it matters
//!
//! The operators of openshift-apiserver and of oauth-apiserver make their Deployment only when what
//! it needs is known: a revision, and where etcd answers. Until then there are no new pods, or none at
//! all, and the APIs they serve stay as they are.
//!
//! # What to do
//!
//! Look for what the message waits for: the revision comes from the operator's revision controller,
//! the servers of etcd from ConfigMap `openshift-etcd/etcd-endpoints`.
//!
//! # Blind spots
//!
//! During an installation the operators wait for etcd in just this way; the first hour is no fault.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go`
//!   (`PreconditionNotFulfilled`)
//! - openshift/cluster-authentication-operator `pkg/operator/workload/sync_openshift_oauth_apiserver.go`

use mustknow_gather::kinds::{OPERATOR_AUTHENTICATION, OPERATOR_OPENSHIFT_API_SERVER};

use crate::catalog::prelude::*;
use crate::facts::{Spoken, Voice, excerpt};

/// What is waited for comes within minutes.
const GRACE: Span = Span::minutes(15);

const VOICES: &[Voice] = &[
    (&OPERATOR_OPENSHIFT_API_SERVER, "openshift-apiserver"),
    (&OPERATOR_AUTHENTICATION, "authentication"),
];

pub(super) static META: Meta = Meta {
    id: "apiservices/deployment-withheld",
    title: "an API server whose Deployment its operator does not make",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER), Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let conditions = &["APIServerDeploymentDegraded"];
    Spoken::verdict(case, VOICES, conditions, (GRACE, META.severity), |spoken| {
        if spoken.reported.reason != "PreconditionNotFulfilled" {
            return None;
        }
        let (server, namespace) = match spoken.operator {
            "authentication" => ("oauth-apiserver", "openshift-oauth-apiserver"),
            _ => ("openshift-apiserver", "openshift-apiserver"),
        };
        let words = excerpt(&spoken.reported.message);
        let summary = format!("the Deployment of {server} is not made or renewed: {words}");
        Some(
            spoken
                .finding(summary)
                .why("Until what it needs is known there are no new pods, or none at all.")
                .remedy(
                    Remedy::new("Look for what the message waits for.")
                        .command(format!("oc get {} cluster -o yaml", spoken.resource()))
                        .command("oc get configmap etcd-endpoints -n openshift-etcd -o yaml")
                        .verify(format!("oc get pods -n {namespace}")),
                ),
        )
    })
}
