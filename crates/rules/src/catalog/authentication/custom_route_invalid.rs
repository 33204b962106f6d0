//! Invalid custom host name or certificate for the OAuth route.
//!
//! Whether the host name resolves, and whether clients trust the certificate, is not tested here.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/customroute/custom_route_controller.go`
//! - <https://github.com/openshift/cluster-authentication-operator/pull/566>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .condition(AUTHENTICATION, &["CustomRouteControllerDegraded"], |bad| {
        let message = &bad.state.message;
        let mentions = |words: &[&str]| words.iter().any(|word| message.contains(word));
        let is_about_host = mentions(&["must be of type hostname", "parse \""]);
        // Failing requests are an API problem, not a problem of the settings.
        if !is_about_host && !message.contains("failed verification") {
            return None;
        }
        let action = if is_about_host {
            "Set a valid host name: labels of letters, digits and hyphens, with a domain."
        } else if mentions(&["secret", "certificate", "key"]) {
            "Fix tls.crt and tls.key in the Secret in openshift-config that componentRoutes \
             references."
        } else {
            "Correct the entry in componentRoutes."
        };
        let detail = message.split_once("failed verification: ").map_or(&**message, |it| it.1);
        let summary = format!("custom OAuth route is rejected: {}", excerpt(detail));
        let finding = bad.finding_about(Subject::cluster("Ingress", "cluster"), summary);
        Some(finding.explains(bad.cluster_operator(), bad.controller()).action(action))
    })
    // How long the operator may take to check again.
    .note_until(Span::minutes(5))
    .even_while_installing("the settings are wrong")
    .why(
        "componentRoutes of ingresses.config.openshift.io cluster can give the OAuth route a \
         custom host name and certificate. If these are not valid, the operator leaves the \
         route unchanged and is degraded.",
    )
    .fix(
        "Correct the host name, or the Secret in openshift-config with tls.crt and tls.key. If \
         the cluster domain itself is not a valid host name, such as a domain with a single \
         label, changing these settings does not help.",
    )
    .run(&["oc get ingresses.config.openshift.io cluster -o yaml"])
    .verify(&["oc get clusteroperator authentication"]);
