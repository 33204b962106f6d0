//! Unavailable oauth-apiserver pods.
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go` (reasons
//!   `NoPod`, `UnavailablePod`)
//! - openshift/cluster-authentication-operator `pkg/operator/workload`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .condition(
        AUTHENTICATION,
        &["APIServerDeploymentAvailable", "APIServerDeploymentDegraded"],
        |bad| unavailable_api(bad, ("openshift-oauth-apiserver", "apiserver")),
    )
    .reads(&[Need::Kind(&POD)])
    // How long there may be no available pod at all.
    .note_until(Span::minutes(5))
    .why(
        "Deployment openshift-oauth-apiserver/apiserver serves oauth.openshift.io and \
         user.openshift.io and validates OAuth tokens. Without an available pod no OAuth token \
         is accepted, and operators that need these APIs fail.",
    )
    .fix(
        "Check the pods of the Deployment: whether they are scheduled, and what they log. They \
         store their data in etcd and are not ready without it.",
    )
    .run(&[
        "oc get pods -n openshift-oauth-apiserver -o wide",
        "oc logs -n openshift-oauth-apiserver deployment/apiserver --tail=200",
    ])
    .verify(&["oc get clusteroperator authentication"]);
