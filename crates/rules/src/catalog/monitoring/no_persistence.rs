//! `Prometheus` without persistent storage.
//!
//! Older releases do not report this.
//!
//! - openshift/cluster-monitoring-operator `pkg/client/status_reporter.go`
//!   (`PrometheusDataPersistenceNotConfigured`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .check(|cx| {
        judge_monitoring_setting(cx, "PrometheusDataPersistenceNotConfigured", |evidence, _| {
            let summary =
                "Prometheus has no persistent storage: its metrics are lost with its pods";
            Finding::new(platform_prometheus(), summary, evidence)
        })
    })
    .at_once("a setting stays until an administrator changes it")
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
