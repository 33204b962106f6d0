//! Unavailable oauth-openshift pods.
//!
//! A cluster with an external OIDC provider does not run this server.
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go` (reasons
//!   `NoPod`, `UnavailablePod`)
//! - openshift/cluster-authentication-operator `pkg/controllers/deployment/deployment_controller.go`

use crate::catalog::prelude::*;

const DEPLOYMENT: (&str, &str) = ("openshift-authentication", "oauth-openshift");

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .condition(
        AUTHENTICATION,
        &["OAuthServerDeploymentAvailable", "OAuthServerDeploymentDegraded"],
        |bad| match (bad.is_unavailable(), bad.state.reason.as_str()) {
            (true, "NoPod") => {
                let (namespace, name) = DEPLOYMENT;
                let route = Subject::namespaced("Route", namespace, name);
                let finding = unavailable_deployment(bad, DEPLOYMENT, "has no available pod");
                Some(finding.explains(route, ""))
            }
            (false, "UnavailablePod") => {
                let finding = unavailable_deployment(bad, DEPLOYMENT, "has unavailable pods");
                // Pods are replaced one at a time.
                Some(finding.severity(Error).grace(Span::minutes(20)))
            }
            _ => None,
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
