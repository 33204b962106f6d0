//! High API error rate or latency (KubeAPIErrorBudgetBurn).
//!
//! The slower alerts, which fire over hours and days, are reported as warnings.
//!
//! - openshift/cluster-kube-apiserver-operator `bindata/assets/alerts/kube-apiserver-slos-basic.yaml`
//!   (`KubeAPIErrorBudgetBurn`)
//! - openshift/runbooks `alerts/cluster-kube-apiserver-operator/KubeAPIErrorBudgetBurn.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .alert(&["KubeAPIErrorBudgetBurn"], |firing| {
        let over = match firing.labels(&["long"]).join(", ") {
            over if over.is_empty() => over,
            over => format!(", measured over {over}"),
        };
        let summary = format!("too many API requests fail or are slow{over}");
        let finding = firing.finding(Subject::cluster("KubeAPIServer", "cluster"), summary)?;
        let is_fast = firing.iter().any(|alert| alert.severity == "critical");
        Some(finding.severity(if is_fast { Error } else { Warning }))
    })
    .why(
        "The share of requests that fail or take too long exceeds the error budget of the API. \
         All clients of the cluster are affected: commands hang, controllers fall behind.",
    )
    .fix(
        "Check etcd first, then webhooks and aggregated APIs that answer slowly, then clients \
         that repeatedly list all objects.",
    )
    .run(&["oc get apirequestcounts --sort-by=.status.requestCount"])
    .verify(&["oc get --raw /readyz?verbose"]);
