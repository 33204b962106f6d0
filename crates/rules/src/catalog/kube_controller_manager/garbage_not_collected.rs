//! Stopped or unmonitored garbage collection.
//!
//! Without monitoring the operator does not check the garbage collector at all.
//!
//! - openshift/cluster-kube-controller-manager-operator
//!   `pkg/operator/gcwatchercontroller/gcwatcher_controller.go`,
//!   `manifests/0000_90_kube-controller-manager-operator_05_alerts.yaml`
//! - openshift/runbooks `alerts/cluster-kube-controller-manager-operator/GarbageCollectorSyncFailed.md`

use crate::catalog::prelude::*;

/// The operator queries the alerts every five minutes.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER)])
    .check(check)
    .grace(GRACE)
    .why(
        "The garbage collector removes the dependents of deleted objects. It must be able to \
         list every resource kind. One kind that it cannot list, because its API or its \
         conversion webhook does not answer, stops it for all kinds. Dependents of deleted \
         objects then remain, and namespaces stay in Terminating.",
    )
    .fix(
        "If the alert GarbageCollectorSyncFailed fires, find the kind that cannot be listed in \
         the log of kube-controller-manager. If the operator cannot query the alerts, fix \
         monitoring.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let conditions = &["GarbageCollectorDegraded"];
    OperatorCondition::judge(cx, KUBE_CONTROLLER_MANAGER, conditions, |condition| {
        let message = &condition.state.message;
        let finding = if message.contains("alerts firing") {
            condition
                .finding("garbage collector cannot list every resource kind and has stopped")
                .severity(Error)
                .why(
                    "One kind that cannot be listed, because its API or its conversion webhook \
                     does not answer, stops garbage collection for all kinds. Dependents of \
                     deleted objects remain.",
                )
                .fix("Find the kind that cannot be listed and fix its API.")
                .run(
                    "oc logs -n openshift-kube-controller-manager -l \
                             app=kube-controller-manager -c kube-controller-manager --tail=-1 | \
                             grep garbagecollector",
                )
                .run("oc get apiservices")
                .verify("oc get clusteroperator kube-controller-manager")
        } else {
            let summary = format!(
                "kube-controller-manager operator cannot query the garbage collection alerts: {}",
                excerpt(message)
            );
            condition
                .finding(summary)
                .why(
                    "The operator queries the monitoring alerts. That they are not available does \
                     not show whether garbage collection works.",
                )
                .fix("Fix monitoring or the connection to it.")
                .run("oc get pods -n openshift-monitoring")
                .verify("oc get clusteroperator kube-controller-manager monitoring")
        };
        Some(finding)
    })
}
