//! `Prometheus` without persistent storage.
//!
//! Older releases do not report this.
//!
//! - openshift/cluster-monitoring-operator `pkg/client/status_reporter.go`
//!   (`PrometheusDataPersistenceNotConfigured`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "When a Prometheus pod restarts, its metrics are lost: an update leaves no data about \
         the state of the cluster before it, and alerts that evaluate several hours start over.",
    )
    .fix(
        "Configure a volume for Prometheus in ConfigMap \
         openshift-monitoring/cluster-monitoring-config if the history is needed.",
    )
    .run(&["oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml"])
    .before(&[("there is a StorageClass with sufficient capacity", "oc get storageclasses")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let degraded = cx
        .find::<ClusterOperator<'_>>("", "monitoring")
        .and_then(|operator| Some((operator, operator.condition("Degraded")?)));
    let Some((operator, condition)) = degraded else {
        let what = "ClusterOperator/monitoring and its condition Degraded: not collected";
        let command = "oc get clusteroperator monitoring -o yaml";
        return Err(NotJudged::from(Gap::new(GapKind::NotCollected, what).command(command)));
    };
    if condition.reason() != "PrometheusDataPersistenceNotConfigured" {
        return Ok(Checked::over(1, None));
    }
    let finding = Finding::new(
        platform_prometheus(),
        "Prometheus has no persistent storage: its metrics are lost with its pods",
        Evidence::condition(operator.resource(), condition, excerpt(&condition.message())),
    );
    Ok(Checked::over(1, vec![finding]))
}
