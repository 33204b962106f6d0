//! Unavailable oauth-openshift pods.
//!
//! A cluster with an external OIDC provider does not run this server.
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go` (reasons
//!   `NoPod`, `UnavailablePod`)
//! - openshift/cluster-authentication-operator `pkg/controllers/deployment/deployment_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .condition(
        AUTHENTICATION,
        &["OAuthServerDeploymentAvailable", "OAuthServerDeploymentDegraded"],
        |bad| {
            let (namespace, name) = ("openshift-authentication", "oauth-openshift");
            let finding = unavailable_api(bad, (namespace, name))?;
            let route = Subject::namespaced("Route", namespace, name);
            Some(if bad.is_unavailable() { finding.explains(route, "") } else { finding })
        },
    )
    .reads(&[Need::Kind(&POD)])
    // How long there may be no available pod at all.
    .note_until(Span::minutes(5))
    .why(
        "Users log in at Deployment openshift-authentication/oauth-openshift. Without an \
         available pod no user can log in, and the authentication operator is unavailable.",
    )
    .fix("Check the pods of the Deployment: whether they are scheduled, and what they log.")
    .run(&[
        "oc get pods -n openshift-authentication -o wide",
        "oc logs -n openshift-authentication deployment/oauth-openshift",
    ])
    .verify(&["oc get clusteroperator authentication"]);
