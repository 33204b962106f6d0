//! Measurements that do not reach where they are sent.
//!
//! # Why it matters
//!
//! Prometheus sends its measurements to another store as well. What the store refuses is lost there;
//! what it takes too slowly queues up, costs memory, and is lost in the end.
//!
//! # What to do
//!
//! Look at the remote end, at credentials and certificates, and at proxy and firewall on the way;
//! where it is only slow, send less or raise the number of shards.
//!
//! # Blind spots
//!
//! The alerts do not say with what error the remote end answers: the log of Prometheus does.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `assets/prometheus-k8s/prometheus-rule.yaml`
//! - openshift/runbooks `alerts/cluster-monitoring-operator/PrometheusRemoteStorageFailures.md`

use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{Alert, excerpt, few, is_plain};

const ALERTS: [&str; 3] = [
    "PrometheusRemoteStorageFailures",
    "PrometheusRemoteWriteBehind",
    "PrometheusRemoteWriteDesiredShards",
];

pub(super) static META: Meta = Meta {
    id: "monitoring/remote-write-failing",
    title: "measurements that do not reach where they are sent",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Special(Special::Alerts)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Alert::verdict(case, &ALERTS, |firing| {
        Alert::by_label(firing, &["url", "remote_name"])
            .iter()
            .filter_map(|(url, firing)| finding(url, firing))
            .collect()
    })
}

fn finding(url: &str, firing: &[Alert]) -> Option<Finding> {
    let end = if url.is_empty() { "the remote end".to_owned() } else { excerpt(url) };
    let is_refused = firing.iter().any(|alert| alert.name == "PrometheusRemoteStorageFailures");
    let state =
        if is_refused { "fails to send measurements to" } else { "falls behind in sending to" };
    let pods = Alert::labels(firing, &["pod"]);
    let who = match pods.len() {
        0 => "Prometheus".to_owned(),
        _ => format!("Prometheus ({})", few(&pods)),
    };
    let namespaces = Alert::labels(firing, &["namespace"]);
    let namespace = namespaces.first().map_or("openshift-monitoring", String::as_str);
    let subject = Subject::cluster("Endpoint", end.clone());
    let remedy = Remedy::new("Find in the log with what error the remote end answers.");
    let remedy = match pods.first().filter(|pod| is_plain(pod) && is_plain(namespace)) {
        Some(pod) => remedy.command(format!(
            "oc logs -n {namespace} {pod} -c prometheus --tail=-1 | grep -i remote"
        )),
        None => remedy,
    };
    Some(
        Alert::finding(firing, subject, format!("{who} {state} {end}"))?
            .why("What is refused is lost there; what waits costs memory and is lost in the end.")
            .remedy(remedy.command(format!("oc get prometheuses -n {} -o yaml", plain(namespace)))),
    )
}

fn plain(namespace: &str) -> &str {
    if is_plain(namespace) { namespace } else { "openshift-monitoring" }
}
