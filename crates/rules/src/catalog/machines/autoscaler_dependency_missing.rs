//! Cluster autoscaler operator with a missing dependency.
//!
//! The condition does not show whether the autoscaler is used.
//!
//! - openshift/cluster-autoscaler-operator `pkg/operator/status.go` (`MissingDependency`,
//!   `UnableToCheckAutoscalers`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .status("cluster-autoscaler", &["Degraded", "Available"], |state| {
        let action = match state.reason.as_str() {
            "MissingDependency" => "Fix ClusterOperator machine-api first.",
            "UnableToCheckAutoscalers" => {
                "Check that the ClusterAutoscaler CRD exists and that its API responds."
            }
            _ => return None,
        };
        let operator = Subject::namespaced(
            "Deployment",
            "openshift-machine-api",
            "cluster-autoscaler-operator",
        );
        let what = "the cluster autoscaler operator is blocked";
        let finding = state.finding(operator, format!("{what}: {}", excerpt(&state.message)));
        Some(finding.action(action))
    })
    // The operator that it depends on may be restarting.
    .note_until(Span::minutes(15))
    .why(
        "The cluster autoscaler operator waits for the machine-api operator, or cannot read its \
         own resources. Until this is fixed, the cluster is not scaled automatically.",
    )
    .fix(
        "Fix ClusterOperator machine-api first, so that it becomes Available. If the message is \
         about ClusterAutoscaler resources, check whether their CustomResourceDefinition \
         exists.",
    )
    .run(&[
        "oc get clusteroperators machine-api cluster-autoscaler",
        "oc logs -n {namespace} deployment/{name} --all-containers",
    ])
    .verify(&["oc get clusteroperator cluster-autoscaler"]);
