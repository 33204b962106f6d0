//! Garbage that is not collected.
//!
//! # Why it matters
//!
//! The garbage collector removes what belongs to objects that were deleted. It must list every kind
//! there is; one that it cannot list, because its API or its conversion webhook does not answer,
//! makes it stop for all. What was deleted then stays, and namespaces stay in Terminating.
//!
//! # What to do
//!
//! Where the alert `GarbageCollectorSyncFailed` fires: find the kind that cannot be listed, in the log
//! of kube-controller-manager. Where the operator cannot ask for alerts: mend monitoring.
//!
//! # Blind spots
//!
//! Without monitoring the operator does not look at all.
//!
//! # References
//!
//! - openshift/cluster-kube-controller-manager-operator
//!   `pkg/operator/gcwatchercontroller/gcwatcher_controller.go`,
//!   `manifests/0000_90_kube-controller-manager-operator_05_alerts.yaml`
//! - openshift/runbooks `alerts/cluster-kube-controller-manager-operator/GarbageCollectorSyncFailed.md`

use mustknow_gather::kinds::OPERATOR_KUBE_CONTROLLER_MANAGER;

use crate::catalog::prelude::*;
use crate::facts::{KUBE_CONTROLLER_MANAGER, Spoken, excerpt};

/// The operator asks every five minutes.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "kube-controller-manager/garbage-not-collected",
    title: "garbage that is not collected, or whose collection nobody can watch",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let conditions = &["GarbageCollectorDegraded"];
    let weight = (GRACE, META.severity);
    Spoken::verdict(case, KUBE_CONTROLLER_MANAGER, conditions, weight, |spoken| {
        let message = &spoken.reported.message;
        let finding = if message.contains("alerts firing") {
            spoken
                .finding("the garbage collector cannot list every kind, and collects nothing")
                .severity(Severity::Error)
                .why(
                    "One kind that cannot be listed, because its API or its conversion webhook \
                     does not answer, stops the collection of all. What was deleted stays.",
                )
                .remedy(
                    Remedy::new("Find the kind that cannot be listed, and mend its API.")
                        .command(
                            "oc logs -n openshift-kube-controller-manager -l \
                             app=kube-controller-manager -c kube-controller-manager --tail=-1 | \
                             grep garbagecollector",
                        )
                        .command("oc get apiservices")
                        .verify("oc get clusteroperator kube-controller-manager"),
                )
        } else {
            let summary = format!(
                "the operator of kube-controller-manager cannot ask whether garbage is collected: {}",
                excerpt(message)
            );
            spoken
                .finding(summary)
                .why(
                    "It asks the alerts of monitoring. That they cannot be had says nothing about \
                     the garbage collector.",
                )
                .remedy(
                    Remedy::new("Mend monitoring, or the way to it.")
                        .command("oc get pods -n openshift-monitoring")
                        .verify("oc get clusteroperator kube-controller-manager monitoring"),
                )
        };
        Some(finding)
    })
}
