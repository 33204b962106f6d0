//! Firing alerts by what they are about, and findings based on them.
//!
//! An alert names its node in the label `node`, in `exported_node` if the exporter already sets
//! that label, or in `instance`, which is the name of the node or its scrape address. Sources:
//! openshift/cluster-monitoring-operator `assets/node-exporter`, openshift/machine-config-operator
//! `install/0000_90_machine-config_01_prometheus-rules.yaml`.

use std::collections::BTreeMap;

use mustknow_cluster::views::Node;

use super::alert::Alert;
use crate::terms::context::RuleContext;
use crate::terms::evidence::Subject;
use crate::terms::finding::Finding;
use crate::terms::meta::Severity;
use crate::terms::quoting::excerpt;
use crate::terms::verdict::{Checked, Judged, not_applicable};

/// How many alerts one finding shows.
const SHOWN: usize = 4;

/// The firing alerts about one thing.
pub struct AlertGroup {
    /// The name of the node or pool; empty if the alerts do not name it.
    pub about: String,
    /// The alerts, at least one.
    pub alerts: Vec<Alert>,
}

impl AlertGroup {
    /// Whether one of them has that name.
    pub fn contains(&self, name: &str) -> bool {
        self.alerts.iter().any(|alert| alert.name == name)
    }

    /// The distinct values of a label.
    pub fn labels(&self, name: &str) -> Vec<&str> {
        let mut values: Vec<_> = self.alerts.iter().filter_map(|alert| alert.label(name)).collect();
        values.sort_unstable();
        values.dedup();
        values
    }

    /// A finding about their node, based on them.
    pub fn node_finding(&self, summary: impl Into<String>) -> Option<Finding> {
        self.finding(Subject::cluster("Node", self.about.clone()), summary)
    }

    /// A finding based on them: an error if an alert is critical, otherwise a warning.
    pub fn finding(&self, subject: Subject, summary: impl Into<String>) -> Option<Finding> {
        let is_critical = self.alerts.iter().any(|alert| alert.severity == "critical");
        let mut evidence = self.alerts.iter().take(SHOWN).map(|alert| {
            let severity = match alert.severity.as_str() {
                "" => String::new(),
                severity => format!(" ({severity})"),
            };
            alert.evidence(format!("alert {}{severity}: {}", alert.name, excerpt(&alert.message)))
        });
        let finding = Finding::new(subject, summary, evidence.next()?)
            .severity(if is_critical { Severity::Error } else { Severity::Warning })
            .since(self.alerts.iter().filter_map(|alert| alert.since).min())
            .evidence(evidence)
            .keywords(&self.about);
        Some(self.alerts.iter().fold(finding, |finding, alert| finding.keywords(&alert.name)))
    }
}

/// The node of an alert; empty if it has none.
pub fn node_of_alert(cx: &RuleContext<'_>, alert: &Alert) -> String {
    let Some(label) =
        ["node", "exported_node", "instance"].into_iter().find_map(|l| alert.label(l))
    else {
        return String::new();
    };
    let host = label.rsplit_once(':').map_or(label, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let by_address = || {
        cx.all::<Node<'_>>().find(|node| node.addresses("InternalIP").any(|known| known == host))
    };
    match cx.find::<Node<'_>>("", label).or_else(by_address) {
        Some(node) => node.name().to_owned(),
        None => host.to_owned(),
    }
}

/// The verdict over the firing alerts of these names; `finding` makes a finding of the alerts with
/// the same `about`.
pub fn judge_alerts(
    cx: &RuleContext<'_>,
    names: &[&str],
    about: impl Fn(&Alert) -> String,
    finding: impl Fn(&AlertGroup) -> Option<Finding>,
) -> Judged {
    let firing = Alert::firing(cx).ok_or_else(Alert::gap)?;
    let examined = firing.len();
    let mut groups: BTreeMap<String, Vec<Alert>> = BTreeMap::new();
    for alert in firing.into_iter().filter(|alert| names.contains(&alert.name.as_str())) {
        groups.entry(about(&alert)).or_default().push(alert);
    }
    let findings =
        groups.into_iter().filter_map(|(about, alerts)| finding(&AlertGroup { about, alerts }));
    if examined == 0 {
        // `Watchdog` is firing as long as Prometheus evaluates alerts.
        return Err(not_applicable("no alert is firing, not even Watchdog"));
    }
    Ok(Checked::over(examined, findings))
}
