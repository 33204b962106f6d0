//! Oauth-openshift Service unreachable inside the cluster.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/oauthendpoints/oauth_endpoints_controller.go`,
//!   `pkg/libs/endpointaccessible/endpoint_accessible_controller.go`

use crate::catalog::prelude::*;

/// The check of the pod addresses, which is more specific, and the check of the Service.
const CONDITIONS: &[&str] = &[
    "OAuthServerServiceEndpointsEndpointAccessibleControllerAvailable",
    "OAuthServerServiceEndpointAccessibleControllerAvailable",
    "OAuthServerServiceEndpointsEndpointAccessibleControllerDegraded",
    "OAuthServerServiceEndpointAccessibleControllerDegraded",
];

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .condition(AUTHENTICATION, CONDITIONS, |bad| {
        // Before the first deployment there is no endpoint to reach.
        if bad.state.reason == "ResourceNotFound" {
            return None;
        }
        let why = match ConnectionError::of(&bad.state.message) {
            ConnectionError::Other => "no pod is ready",
            class => class.description(),
        };
        let at = match https_hosts(&bad.state.message).as_slice() {
            [] => String::new(),
            hosts => format!(" at {}", name_list(hosts)),
        };
        let subject = Subject::namespaced("Service", "openshift-authentication", "oauth-openshift");
        let summary = format!("OAuth server is unreachable{at} inside the cluster: {why}");
        let finding = bad.finding_about(subject, summary);
        let finding = finding.explains(bad.cluster_operator(), "OAuthServerService");
        Some(if bad.is_unavailable() {
            finding
        } else {
            // One of several pods may be unavailable while its node restarts.
            finding.severity(Error).grace(Span::minutes(20))
        })
    })
    // How long pods may be unavailable while they are replaced.
    .note_until(Span::minutes(5))
    .why(
        "The authentication operator connects to the OAuth server through its Service and to \
         the address of each pod, without passing through routers. If this fails, the pods do \
         not answer, or the cluster network does not reach them. Users cannot log in, and the \
         operator is unavailable.",
    )
    .fix(
        "Check the pods in openshift-authentication. If they are ready, check the network pods \
         on their nodes and on the operator's node.",
    )
    .run(&[
        "oc get pods -n openshift-authentication -o wide",
        "oc get endpoints oauth-openshift -n openshift-authentication",
    ])
    .verify(&["oc get clusteroperator authentication"]);
