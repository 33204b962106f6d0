//! Prometheus without persistent storage.
//!
//! # Why it matters
//!
//! When a Prometheus pod restarts, its metrics are lost: an update leaves no data about the state
//! of the cluster before it, and alerts that evaluate several hours start over.
//!
//! # What to do
//!
//! Configure a volume for Prometheus in ConfigMap openshift-monitoring/cluster-monitoring-config if
//! the history is needed.
//!
//! # Blind spots
//!
//! Older releases do not report this.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `pkg/client/status_reporter.go`
//!   (`PrometheusDataPersistenceNotConfigured`)

use mustknow_cluster::model::kinds::CLUSTER_OPERATOR;
use mustknow_cluster::views::ClusterOperator;

use crate::catalog::prelude::*;
use crate::domain::platform_prometheus;
use crate::engine::excerpt;

pub(super) static META: Meta = Meta {
    id: "monitoring/no-persistence",
    title: "Prometheus without persistent storage",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let degraded = cx
        .find::<ClusterOperator<'_>>("", "monitoring")
        .and_then(|operator| Some((operator, operator.condition("Degraded")?)));
    let Some((operator, condition)) = degraded else {
        let what = "ClusterOperator/monitoring and its condition Degraded: not collected";
        let command = "oc get clusteroperator monitoring -o yaml";
        return Verdict::Unknown(Gap::new(GapKind::NotCollected, what).command(command));
    };
    if condition.reason() != "PrometheusDataPersistenceNotConfigured" {
        return Verdict::Healthy { examined: 1 };
    }
    let finding = Finding::new(
        platform_prometheus(),
        "Prometheus has no persistent storage: its metrics are lost with its pods",
        Evidence::condition(operator.resource(), condition, excerpt(&condition.message())),
    )
    .why("After a restart there is no data about the state of the cluster before it.")
    .remedy(
        Remedy::new("Configure a volumeClaimTemplate for prometheusK8s if the history is needed.")
            .command("oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml")
            .precondition(
                "there is a StorageClass with sufficient capacity",
                Proof::ByHand("oc get storageclasses".to_owned()),
            ),
    );
    Verdict::Found(vec![finding])
}
