//! Conflicting Alertmanager settings for user-defined alerts.
//!
//! # Why it matters
//!
//! The platform Alertmanager is configured to handle the alerts of user projects, and a separate
//! Alertmanager for user projects is also enabled. The separate Alertmanager takes precedence:
//! receivers that users configured in the platform Alertmanager get no alerts.
//!
//! # What to do
//!
//! Remove `enableUserAlertmanagerConfig` from ConfigMap
//! openshift-monitoring/cluster-monitoring-config.
//!
//! # Blind spots
//!
//! The operator reports this only if Prometheus has persistent storage; otherwise it reports the
//! missing persistent storage.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `pkg/client/status_reporter.go`
//!   (`UserAlermanagerConfigMisconfiguredReason`), `pkg/operator/operator.go`

use mustknow_cluster::model::kinds::CLUSTER_OPERATOR;
use mustknow_cluster::views::ClusterOperator;

use crate::catalog::prelude::*;
use crate::engine::excerpt;

pub(super) static META: Meta = Meta {
    id: "monitoring/user-alertmanager-misconfigured",
    title: "conflicting Alertmanager settings for user-defined alerts",
    severity: Severity::Warning,
    role: Role::Cause,
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
    if condition.reason() != "UserAlertmanagerMisconfigured" {
        return Verdict::Healthy { examined: 1 };
    }
    let message = condition.message();
    let finding = Finding::new(
        Subject::namespaced("ConfigMap", "openshift-monitoring", "cluster-monitoring-config"),
        "receivers of user-defined alerts in the platform Alertmanager get no alerts: user \
         projects have a separate Alertmanager",
        Evidence::condition(operator.resource(), condition, excerpt(&message)),
    )
    .keywords(&message)
    .why("The Alertmanager of the user projects takes precedence over the platform Alertmanager.")
    .remedy(
        Remedy::new("Remove enableUserAlertmanagerConfig from the ConfigMap.")
            .command("oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml")
            .precondition(
                "the receivers that users need are configured in the Alertmanager of the user \
                 projects",
                Proof::ByHand("oc get alertmanagerconfigs --all-namespaces".to_owned()),
            )
            .verify("oc get clusteroperator monitoring -o yaml"),
    );
    Verdict::Found(vec![finding])
}
