//! Failing Prometheus remote write.
//!
//! The alerts do not show the error that the remote storage returns; the log of Prometheus does.
//!
//! - openshift/cluster-monitoring-operator `assets/prometheus-k8s/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/PrometheusRemoteStorageFailures.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .alerts_by(
        |_, alert| {
            alert.label("url").or_else(|| alert.label("remote_name")).unwrap_or_default().to_owned()
        },
        &[
            "PrometheusRemoteStorageFailures",
            "PrometheusRemoteWriteBehind",
            "PrometheusRemoteWriteDesiredShards",
        ],
        finding,
    )
    .why(
        "Prometheus also sends its samples to a remote storage. Samples that the remote storage \
         rejects are lost there. If the remote storage is too slow, samples queue up, use \
         memory, and are eventually lost.",
    )
    .fix(
        "Find the error that the remote storage returns in the log of Prometheus, and check the \
         credentials, certificates, proxy and firewall. If the remote storage is only slow, send \
         less data or increase the number of shards.",
    )
    .run(&[
        "oc logs -n {namespace} {pod} -c prometheus --tail=-1 | grep -i remote",
        "oc get prometheuses -n {namespace} -o yaml",
    ]);

fn finding(_: &RuleContext<'_>, group: &AlertGroup) -> Option<Finding> {
    let end = match group.about.as_str() {
        "" => "the remote end".to_owned(),
        url => excerpt(url),
    };
    let state = if group.contains("PrometheusRemoteStorageFailures") {
        "fails to send samples to"
    } else {
        "falls behind in sending to"
    };
    let pods = group.labels("pod");
    let who = match pods.as_slice() {
        [] => "Prometheus".to_owned(),
        pods => format!("Prometheus ({})", name_list(pods)),
    };
    let namespace = group.labels("namespace").first().copied().unwrap_or("openshift-monitoring");
    let pod = pods.first().copied().unwrap_or("prometheus-k8s-0");
    let subject = Subject::cluster("Endpoint", end.clone());
    let finding = Alert::finding(&group.alerts, subject, format!("{who} {state} {end}"))?;
    Some(finding.with("namespace", namespace).with("pod", pod))
}
