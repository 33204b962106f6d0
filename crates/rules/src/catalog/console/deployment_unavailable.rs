//! Unavailable web console pods.
//!
//! - openshift/console-operator `pkg/console/operator/sync_v400.go` (`InsufficientReplicas`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .condition(CONSOLE, &["DeploymentAvailable"], |bad| {
        let (namespace, name) = ("openshift-console", "console");
        let finding = unavailable_deployment(bad, (namespace, name), "has no available pod");
        Some(finding.explains(Subject::namespaced("Route", namespace, name), "StatusError"))
    })
    .while_managed()
    .reads(&[Need::Kind(&POD)])
    // How long there may be no available pod.
    .note_until(Span::minutes(5))
    .why(
        "Deployment openshift-console/console serves the web console. Without an available pod \
         users cannot reach the console, and the console operator is unavailable.",
    )
    .fix(
        "Check the pods: whether they are scheduled and what they log. A console pod that \
         cannot reach the OAuth server does not become ready.",
    )
    .run(&[
        "oc get pods -n openshift-console -o wide",
        "oc logs -n openshift-console deployment/console --tail=100",
    ])
    .verify(&["oc get clusteroperator console"]);
