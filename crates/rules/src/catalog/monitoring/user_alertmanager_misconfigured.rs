//! Conflicting Alertmanager settings for user-defined alerts.
//!
//! The operator reports this only if Prometheus has persistent storage; otherwise it reports the
//! missing persistent storage.
//!
//! - openshift/cluster-monitoring-operator `pkg/client/status_reporter.go`
//!   (`UserAlermanagerConfigMisconfiguredReason`), `pkg/operator/operator.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "The platform Alertmanager is configured to handle the alerts of user projects, and a \
         separate Alertmanager for user projects is also enabled. The separate Alertmanager \
         takes precedence: receivers that users configured in the platform Alertmanager get no \
         alerts.",
    )
    .fix(
        "Remove enableUserAlertmanagerConfig from ConfigMap \
         openshift-monitoring/cluster-monitoring-config.",
    )
    .run(&["oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml"])
    .verify(&["oc get clusteroperator monitoring -o yaml"])
    .before(&[(
        "the receivers that users need are configured in the Alertmanager of the user \
                 projects",
        "oc get alertmanagerconfigs --all-namespaces",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let degraded = cx
        .find::<ClusterOperator<'_>>("", "monitoring")
        .and_then(|operator| Some((operator, operator.condition("Degraded")?)));
    let Some((operator, condition)) = degraded else {
        let what = "ClusterOperator/monitoring and its condition Degraded: not collected";
        let command = "oc get clusteroperator monitoring -o yaml";
        return Err(NotJudged::from(Gap::new(GapKind::NotCollected, what).command(command)));
    };
    if condition.reason() != "UserAlertmanagerMisconfigured" {
        return Ok(Checked::over(1, None));
    }
    let message = condition.message();
    let finding = Finding::new(
        Subject::namespaced("ConfigMap", "openshift-monitoring", "cluster-monitoring-config"),
        "receivers of user-defined alerts in the platform Alertmanager get no alerts: user \
         projects have a separate Alertmanager",
        Evidence::condition(operator.resource(), condition, excerpt(&message)),
    )
    .keywords(&message);
    Ok(Checked::over(1, vec![finding]))
}
