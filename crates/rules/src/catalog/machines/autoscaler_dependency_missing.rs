//! Cluster autoscaler operator with a missing dependency.
//!
//! The condition does not show whether the autoscaler is used.
//!
//! - openshift/cluster-autoscaler-operator `pkg/operator/status.go` (`MissingDependency`,
//!   `UnableToCheckAutoscalers`)

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-machine-api";
const NAME: &str = "cluster-autoscaler-operator";
/// How long the dependency may take to restart.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .check(check)
    .why(
        "The cluster autoscaler operator waits for the machine-api operator, or cannot read its \
         own resources. Until this is fixed, the cluster is not scaled automatically.",
    )
    .fix(
        "Fix ClusterOperator machine-api first, so that it becomes Available. If the message is \
         about ClusterAutoscaler resources, check whether their CustomResourceDefinition \
         exists.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_cluster_operator(cx, "cluster-autoscaler", &["Degraded", "Available"], |reported| {
        let advice = match reported.reason.as_str() {
            "MissingDependency" => "Fix ClusterOperator machine-api first.",
            "UnableToCheckAutoscalers" => {
                "Check that the ClusterAutoscaler CRD exists and that its API responds."
            }
            _ => return None,
        };
        let summary =
            format!("the cluster autoscaler operator is blocked: {}", excerpt(&reported.message));
        let finding = reported
            .finding(Subject::namespaced("Deployment", NAMESPACE, NAME), summary)
            .fix(advice)
            .run("oc get clusteroperators machine-api cluster-autoscaler")
            .run(format!("oc logs -n {NAMESPACE} deployment/{NAME} --all-containers"))
            .verify("oc get clusteroperator cluster-autoscaler");
        Some(Persistence::of(cx, reported.since(), GRACE).apply(finding, RULE.meta.severity))
    })
}
