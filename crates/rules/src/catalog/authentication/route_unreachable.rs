//! Unreachable oauth-openshift route.
//!
//! The operator connects from its own pod. On some platforms a node cannot reach a load balancer
//! that forwards back to the same node, so only some attempts fail.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/libs/endpointaccessible/endpoint_accessible_controller.go`

use crate::catalog::prelude::*;

const CONDITIONS: &[&str] = &[
    "OAuthServerRouteEndpointAccessibleControllerAvailable",
    "OAuthServerRouteEndpointAccessibleControllerDegraded",
];

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .condition(AUTHENTICATION, CONDITIONS, |bad| {
        let message = &bad.state.message;
        // Before the first route there is no endpoint to reach. Another rule reports a missing route.
        if bad.state.reason == "ResourceNotFound" || !message.contains("http") {
            return None;
        }
        let class = ConnectionError::of(message);
        let host = https_hosts(message).first().and_then(|host| host.split(':').next());
        let host = host.unwrap_or("oauth-openshift");
        let subject = Subject::namespaced("Route", "openshift-authentication", "oauth-openshift");
        let summary = format!("OAuth route {host} is unreachable: {}", class.description());
        let finding = bad
            .finding_about(subject, summary)
            .severity(if bad.is_unavailable() { Critical } else { Error })
            .explains(bad.cluster_operator(), "RouteEndpoint")
            .action(class.remedy())
            .with("host", host);
        let doubt = "the message does not show why the route does not answer";
        Some(if class == ConnectionError::Other { finding.likely(doubt) } else { finding })
    })
    // How long routers may be unavailable while they are replaced.
    .note_until(Span::minutes(5))
    .why(
        "Users log in through the route oauth-openshift. The authentication operator connects \
         to it as a user would, by its public name through the routers. While this fails, users \
         cannot log in, the operator is unavailable, and an update does not continue.",
    )
    .fix(
        "The error shows where the connection fails: a name that does not resolve, a load \
         balancer that does not answer, or a certificate that is not trusted.",
    )
    .run(&["curl -kv https://{host}/healthz"])
    .verify(&["oc get clusteroperator authentication"]);
