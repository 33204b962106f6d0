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
    .check(|cx| {
        judge_monitoring_setting(cx, "UserAlertmanagerMisconfigured", |evidence, message| {
            let summary = "receivers of user-defined alerts in the platform Alertmanager get no \
                           alerts: user projects have a separate Alertmanager";
            Finding::new(monitoring_config(), summary, evidence).keywords(message)
        })
    })
    .at_once("a setting stays until an administrator changes it")
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
        "the receivers that users need are configured in the Alertmanager of the user projects",
        "oc get alertmanagerconfigs --all-namespaces",
    )]);
