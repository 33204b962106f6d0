//! Kube-apiserver OAuth well-known endpoint not ready.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/readiness/wellknown_ready_controller.go`

use crate::catalog::prelude::*;

const CONDITIONS: &[&str] = &["WellKnownAvailable", "WellKnownReadyControllerDegraded"];

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .condition(AUTHENTICATION, CONDITIONS, |bad| {
        let message = &bad.state.message;
        let mentions = |words: &[&str]| words.iter().any(|word| message.contains(word));
        // Without the route the operator does not run this check. Another rule reports that case.
        if bad.state.reason == "PrereqsNotReady" || !mentions(&["well-known", "kube"]) {
            return None;
        }
        let servers = match https_hosts(message).as_slice() {
            [] => "the API server".to_owned(),
            hosts => format!("API server {}", name_list(hosts)),
        };
        let rollout = "Check the rollout of kube-apiserver on that node.";
        let (state, action) = match ConnectionError::of(message) {
            _ if mentions(&["not yet served"]) => ("it is not served yet", rollout),
            _ if mentions(&["different oauth metadata"]) => {
                ("it returns outdated metadata", rollout)
            }
            ConnectionError::Other => {
                ("it does not return the expected response", "Check kube-apiserver on that node.")
            }
            class => (class.description(), "Check kube-apiserver on that node and its network."),
        };
        let subject = Subject::cluster("Endpoint", ".well-known/oauth-authorization-server");
        let summary = format!("OAuth well-known endpoint is not ready on {servers}: {state}");
        Some(
            bad.finding_about(subject, summary)
                .severity(if bad.is_unavailable() { Critical } else { Error })
                .explains(bad.cluster_operator(), "WellKnown")
                .action(action),
        )
    })
    // API servers are replaced one at a time and take a few minutes each.
    .note_until(Span::minutes(30))
    .why(
        "Clients query the API server at /.well-known/oauth-authorization-server to find the \
         OAuth server. The authentication operator checks each API server. It is not available \
         while no API server returns the expected metadata, which requires all of them to run \
         the current configuration.",
    )
    .fix(
        "Check the rollout of kube-apiserver. The message names the server that does not \
         answer, or that returns different metadata.",
    )
    .run(&[
        "oc get kubeapiservers.operator.openshift.io cluster -o yaml",
        "oc get pods -n openshift-kube-apiserver -o wide",
    ])
    .verify(&["oc get clusteroperator authentication"]);
