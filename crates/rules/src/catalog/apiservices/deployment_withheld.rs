//! API server Deployment not created by its operator.
//!
//! # Why it matters
//!
//! The operators of openshift-apiserver and oauth-apiserver create or update their Deployment only
//! when its prerequisites are known: a revision and the etcd endpoints. Until then the operator
//! creates no new pods, and the APIs stay as they are or are not served at all.
//!
//! # What to do
//!
//! Check which prerequisite the message names. The revision comes from the operator's revision
//! controller, the etcd endpoints come from ConfigMap `openshift-etcd/etcd-endpoints`.
//!
//! # Blind spots
//!
//! During an installation the operators wait for etcd in the same way. This is normal in the first
//! hour.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go`
//!   (`PreconditionNotFulfilled`)
//! - openshift/cluster-authentication-operator `pkg/operator/workload/sync_openshift_oauth_apiserver.go`

use mustknow_cluster::model::kinds::{OPERATOR_AUTHENTICATION, OPERATOR_OPENSHIFT_API_SERVER};

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::signals::{OperatorCondition, OperatorRef};

/// The prerequisites normally become available within minutes.
const GRACE: Span = Span::minutes(15);

const OPERATORS: &[OperatorRef] = &[
    (&OPERATOR_OPENSHIFT_API_SERVER, "openshift-apiserver"),
    (&OPERATOR_AUTHENTICATION, "authentication"),
];

pub(super) static META: Meta = Meta {
    id: "apiservices/deployment-withheld",
    title: "API server Deployment not created by its operator",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER), Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let conditions = &["APIServerDeploymentDegraded"];
    OperatorCondition::verdict(cx, OPERATORS, conditions, (GRACE, META.severity), |condition| {
        if condition.state.reason != "PreconditionNotFulfilled" {
            return None;
        }
        let (server, namespace) = match condition.operator {
            "authentication" => ("oauth-apiserver", "openshift-oauth-apiserver"),
            _ => ("openshift-apiserver", "openshift-apiserver"),
        };
        let detail = excerpt(&condition.state.message);
        let summary = format!("the Deployment of {server} is not created or updated: {detail}");
        Some(
            condition
                .finding(summary)
                .why(
                    "The operator creates no pods for the Deployment until its prerequisites are \
                     known.",
                )
                .remedy(
                    Remedy::new("Check the prerequisite that the message names.")
                        .command(format!("oc get {} cluster -o yaml", condition.resource()))
                        .command("oc get configmap etcd-endpoints -n openshift-etcd -o yaml")
                        .verify(format!("oc get pods -n {namespace}")),
                ),
        )
    })
}
