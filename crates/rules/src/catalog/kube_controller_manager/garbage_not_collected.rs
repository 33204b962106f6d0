//! Stopped or unmonitored garbage collection.
//!
//! Without monitoring the operator does not check the garbage collector at all.
//!
//! - openshift/cluster-kube-controller-manager-operator
//!   `pkg/operator/gcwatchercontroller/gcwatcher_controller.go`,
//!   `manifests/0000_90_kube-controller-manager-operator_05_alerts.yaml`
//! - openshift/runbooks `alerts/cluster-kube-controller-manager-operator/GarbageCollectorSyncFailed.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .condition(KUBE_CONTROLLER_MANAGER, &["GarbageCollectorDegraded"], |bad| Some(finding(bad)))
    // The operator queries the alerts every five minutes.
    .grace(Span::minutes(15))
    .why(
        "The garbage collector must be able to list every resource kind. One kind that it cannot \
         list, because its API or its conversion webhook does not answer, stops it for all kinds. \
         Dependents of deleted objects then remain, and namespaces stay in Terminating.",
    )
    .fix(
        "Find the kind that cannot be listed in the log of kube-controller-manager, and fix its \
         API.",
    )
    .run(&[
        "oc logs -n openshift-kube-controller-manager -l app=kube-controller-manager -c \
         kube-controller-manager --tail=-1 | grep garbagecollector",
        "oc get apiservices",
    ])
    .verify(&["oc get clusteroperator kube-controller-manager"]);

fn finding(bad: &OperatorCondition<'_>) -> Finding {
    if bad.state.message.contains("alerts firing") {
        let summary = "garbage collector cannot list every resource kind and has stopped";
        return bad.finding(summary).severity(Error);
    }
    let summary = format!(
        "kube-controller-manager operator cannot query the garbage collection alerts: {}",
        bad.detail()
    );
    let why = "The operator queries the monitoring alerts. That they are not available does not show \
               whether garbage collection works.";
    bad.finding(summary)
        .why(why)
        .fix("Fix monitoring or the connection to it.")
        .run("oc get pods -n openshift-monitoring")
        .verify("oc get clusteroperator kube-controller-manager monitoring")
}
