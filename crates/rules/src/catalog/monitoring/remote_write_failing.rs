//! Failing Prometheus remote write.
//!
//! # Why it matters
//!
//! Prometheus also sends its samples to a remote storage. Samples that the remote storage rejects
//! are lost there. If the remote storage is too slow, samples queue up, use memory, and are
//! eventually lost.
//!
//! # What to do
//!
//! Check the remote storage, the credentials and certificates, and the proxy and firewall on the
//! path. If the remote storage is only slow, send less data or increase the number of shards.
//!
//! # Blind spots
//!
//! The alerts do not show the error that the remote storage returns; the log of Prometheus does.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/prometheus-k8s/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/PrometheusRemoteStorageFailures.md`

use mustknow_cluster::model::known_file::KnownFile;

use crate::catalog::prelude::*;
use crate::engine::{excerpt, is_shell_safe, name_list};
use crate::signals::Alert;

const ALERTS: [&str; 3] = [
    "PrometheusRemoteStorageFailures",
    "PrometheusRemoteWriteBehind",
    "PrometheusRemoteWriteDesiredShards",
];

pub(super) static META: Meta = Meta {
    id: "monitoring/remote-write-failing",
    title: "failing Prometheus remote write",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    Alert::verdict(cx, &ALERTS, |firing| {
        Alert::by_label(firing, &["url", "remote_name"])
            .iter()
            .filter_map(|(url, firing)| finding(url, firing))
            .collect()
    })
}

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
            .why(
                "Samples that are rejected are lost there; samples that wait use memory and are \
                 eventually lost.",
            )
            .remedy(remedy.command(format!("oc get prometheuses -n {} -o yaml", plain(namespace)))),
    )
}

fn plain(namespace: &str) -> &str {
    if is_shell_safe(namespace) { namespace } else { "openshift-monitoring" }
}
