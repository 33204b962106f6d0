//! Failing Prometheus remote write.
//!
//! The alerts do not show the error that the remote storage returns; the log of Prometheus does.
//!
//! - openshift/cluster-monitoring-operator `assets/prometheus-k8s/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/PrometheusRemoteStorageFailures.md`

use crate::catalog::prelude::*;

const ALERTS: [&str; 3] = [
    "PrometheusRemoteStorageFailures",
    "PrometheusRemoteWriteBehind",
    "PrometheusRemoteWriteDesiredShards",
];

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .alerts_by(
        |_, alert| {
            alert.label("url").or_else(|| alert.label("remote_name")).unwrap_or_default().to_owned()
        },
        &ALERTS,
        |_, group| finding(&group.about, &group.alerts),
    )
    .why(
        "Prometheus also sends its samples to a remote storage. Samples that the remote storage \
         rejects are lost there. If the remote storage is too slow, samples queue up, use \
         memory, and are eventually lost.",
    )
    .fix(
        "Check the remote storage, the credentials and certificates, and the proxy and firewall \
         on the path. If the remote storage is only slow, send less data or increase the \
         number of shards.",
    );

fn finding(url: &str, firing: &[Alert]) -> Option<Finding> {
    let end = if url.is_empty() { "the remote end".to_owned() } else { excerpt(url) };
    let is_refused = firing.iter().any(|alert| alert.name == "PrometheusRemoteStorageFailures");
    let state = if is_refused { "fails to send samples to" } else { "falls behind in sending to" };
    let pods = Alert::labels(firing, &["pod"]);
    let who = match pods.len() {
        0 => "Prometheus".to_owned(),
        _ => format!("Prometheus ({})", name_list(&pods)),
    };
    let namespaces = Alert::labels(firing, &["namespace"]);
    let namespace = namespaces.first().map_or("openshift-monitoring", String::as_str);
    let subject = Subject::cluster("Endpoint", end.clone());
    let remedy =
        Remedy::new("Find the error that the remote storage returns in the log of Prometheus.");
    let remedy = match pods.first().filter(|pod| is_shell_safe(pod) && is_shell_safe(namespace)) {
        Some(pod) => remedy.command(format!(
            "oc logs -n {namespace} {pod} -c prometheus --tail=-1 | grep -i remote"
        )),
        None => remedy,
    };
    Some(
        Alert::finding(firing, subject, format!("{who} {state} {end}"))?
            .remedy(remedy.command(format!("oc get prometheuses -n {} -o yaml", plain(namespace)))),
    )
}

fn plain(namespace: &str) -> &str {
    if is_shell_safe(namespace) { namespace } else { "openshift-monitoring" }
}
