//! A Prometheus that keeps its metrics in its pods only.
//!
//! # Why it matters
//!
//! With each restart of a pod its metrics are gone: an update leaves no trace of how the cluster was
//! before it, and alerts that look back for hours begin anew.
//!
//! # What to do
//!
//! Give Prometheus a volume in ConfigMap openshift-monitoring/cluster-monitoring-config, where the history
//! matters.
//!
//! # Blind spots
//!
//! Older releases say nothing of it.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `pkg/client/status_reporter.go`
//!   (`PrometheusDataPersistenceNotConfigured`)

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator};

use crate::catalog::prelude::*;
use crate::facts::{excerpt, platform_prometheus};

pub(super) static META: Meta = Meta {
    id: "monitoring/no-persistence",
    title: "a Prometheus that keeps its metrics in its pods only",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let degraded = case
        .find::<ClusterOperator<'_>>("", "monitoring")
        .and_then(|operator| Some((operator, operator.condition("Degraded")?)));
    let Some((operator, condition)) = degraded else {
        let what = "ClusterOperator/monitoring and its condition Degraded: not collected";
        let ask = "oc get clusteroperator monitoring -o yaml";
        return Verdict::Unknown(Gap::new(GapKind::NotCollected, what).ask(ask));
    };
    if condition.reason() != "PrometheusDataPersistenceNotConfigured" {
        return Verdict::Healthy { examined: 1 };
    }
    let finding = Finding::new(
        platform_prometheus(),
        "Prometheus has no persistent storage: its metrics end with its pods",
        Evidence::condition(operator.resource(), condition, excerpt(&condition.message())),
    )
    .why("After a restart nothing tells how the cluster was before it.")
    .remedy(
        Remedy::new(
            "Configure a volumeClaimTemplate for prometheusK8s, where the history matters.",
        )
        .command("oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml")
        .before(
            "there is a StorageClass with room for it",
            Proof::ByHand("oc get storageclasses".to_owned()),
        ),
    );
    Verdict::Found(vec![finding])
}
