//! API server Deployment not created by its operator.
//!
//! During an installation the operators wait for etcd in the same way. This is normal in the first
//! hour.
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go`
//!   (`PreconditionNotFulfilled`)
//! - openshift/cluster-authentication-operator `pkg/operator/workload/sync_openshift_oauth_apiserver.go`

use crate::catalog::prelude::*;

/// The prerequisites normally become available within minutes.
const GRACE: Span = Span::minutes(15);

const OPERATORS: &[OperatorRef] = &[
    (&OPERATOR_OPENSHIFT_API_SERVER, "openshift-apiserver"),
    (&OPERATOR_AUTHENTICATION, "authentication"),
];

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER), Need::Kind(&OPERATOR_AUTHENTICATION)])
    .check(check)
    .grace(GRACE)
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
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let conditions = &["APIServerDeploymentDegraded"];
    OperatorCondition::judge(cx, OPERATORS, conditions, |condition| {
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
                .run(format!("oc get {} cluster -o yaml", condition.resource()))
                .run("oc get configmap etcd-endpoints -n openshift-etcd -o yaml")
                .verify(format!("oc get pods -n {namespace}")),
        )
    })
}
