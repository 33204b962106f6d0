//! What Prometheus says of itself: the rules it reckons and the targets it asks.
//!
//! Source: prometheus/prometheus `web/api/v1/api.go` (`RuleDiscovery`, `TargetDiscovery`);
//! openshift/must-gather `collection-scripts/gather_monitoring`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use mustknow_gather::layout::Special;
use mustknow_gather::resource::Document;
use mustknow_gather::snapshot::SpecialFile;
use mustknow_gather::yaml::Value;

use crate::case::Case;
use crate::evidence::{Evidence, Subject};

/// Where the replicas of the platform's Prometheus list their targets.
const TARGETS: [Special; 2] = [Special::Targets(0), Special::Targets(1)];

/// The Prometheus of the platform.
pub fn platform_prometheus() -> Subject {
    Subject::namespaced("Prometheus", "openshift-monitoring", "k8s")
}

/// A rule that Prometheus reckons.
pub struct PrometheusRule {
    /// The alert, or the metric it records.
    pub name: String,
    /// `ok`, `err`, or `unknown` before it was reckoned first.
    pub health: String,
    /// Why it could not be reckoned.
    pub error: String,
    document: Arc<Document>,
    span: Range<usize>,
}

impl PrometheusRule {
    /// Every rule, in the order of the file; None when the file was not collected, holds something
    /// else, or, as up to 4.7, only alerts. Needs [`Special::Alerts`].
    pub fn all(case: &Case<'_>) -> Option<Vec<Self>> {
        let Some(SpecialFile::Read(document)) = case.special(Special::Alerts) else { return None };
        let groups = document.tree.documents().next()?.at(&["data", "groups"])?;
        let rules = groups
            .items()
            .flat_map(|group| group.get("rules").into_iter().flat_map(Value::items))
            .map(|rule| {
                let text = |field: &str| rule.text_at(&[field]).unwrap_or_default().into_owned();
                Self {
                    name: text("name"),
                    health: text("health"),
                    error: text("lastError"),
                    document: Arc::clone(document),
                    span: rule.span(),
                }
            });
        Some(rules.collect())
    }

    /// Where it stands.
    pub fn evidence(&self, note: impl Into<String>) -> Evidence {
        let subject = Subject::cluster("Prometheus rule", self.name.clone());
        Evidence::in_document(subject, &self.document, self.span.clone(), note)
    }
}

/// Something Prometheus asks for metrics.
pub struct Target {
    /// The job it belongs to.
    pub job: String,
    /// Its namespace.
    pub namespace: String,
    /// What it is called: the pod, or the instance.
    pub name: String,
    /// The node it is on, where that is known.
    pub node: Option<String>,
    /// Why it does not answer.
    pub error: String,
    is_up: bool,
    is_down: bool,
    document: Arc<Document>,
    span: Range<usize>,
}

impl Target {
    /// How many targets there are, and those of them that no replica reaches; None when no
    /// replica's list was collected. Needs [`Special::Targets`] of both.
    pub fn down(case: &Case<'_>) -> Option<(usize, Vec<Self>)> {
        let lists: Vec<_> = TARGETS.into_iter().filter_map(|file| Self::list(case, file)).collect();
        if lists.is_empty() {
            return None;
        }
        let mut all: BTreeMap<String, Self> = BTreeMap::new();
        for (key, target) in lists.into_iter().flatten() {
            match all.get_mut(&key) {
                Some(known) => {
                    known.is_up |= target.is_up;
                    known.is_down |= target.is_down;
                }
                None => drop(all.insert(key, target)),
            }
        }
        let examined = all.len();
        Some((examined, all.into_values().filter(|it| it.is_down && !it.is_up).collect()))
    }

    /// The targets of one replica, each with all its labels: replicas agree on them, and nothing
    /// less tells two ports or paths of one pod apart.
    fn list(case: &Case<'_>, file: Special) -> Option<Vec<(String, Self)>> {
        let Some(SpecialFile::Read(document)) = case.special(file) else { return None };
        let targets = document.tree.documents().next()?.at(&["data", "activeTargets"])?;
        let labels = |target: Value<'_>| {
            let mut all: Vec<_> = target
                .get("labels")
                .into_iter()
                .flat_map(Value::entries)
                .map(|(key, value)| format!("{key}={}", value.text().unwrap_or_default()))
                .collect();
            all.sort();
            all.join(" ")
        };
        let read = |target| (labels(target), Self::read(document, target));
        Some(targets.items().map(read).collect())
    }

    fn read(document: &Arc<Document>, target: Value<'_>) -> Self {
        let text = |path: &[&str]| {
            target.text_at(path).map(Cow::into_owned).filter(|text| !text.is_empty())
        };
        let health = text(&["health"]).unwrap_or_default();
        let node = text(&["labels", "node"])
            .or_else(|| text(&["discoveredLabels", "__meta_kubernetes_pod_node_name"]));
        Self {
            job: text(&["labels", "job"]).unwrap_or_default(),
            namespace: text(&["labels", "namespace"]).unwrap_or_default(),
            name: text(&["labels", "pod"])
                .or_else(|| text(&["labels", "instance"]))
                .unwrap_or_default(),
            node,
            error: text(&["lastError"]).unwrap_or_default(),
            is_up: health == "up",
            is_down: health == "down",
            document: Arc::clone(document),
            span: target.span(),
        }
    }

    /// Where it stands.
    pub fn evidence(&self, note: impl Into<String>) -> Evidence {
        let subject = Subject::namespaced("Target", self.namespace.clone(), self.name.clone());
        Evidence::in_document(subject, &self.document, self.span.clone(), note)
    }
}
