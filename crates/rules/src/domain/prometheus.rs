//! What Prometheus says of itself: the rules it reckons and the targets it asks.
//!
//! Source: prometheus/prometheus `web/api/v1/api.go` (`RuleDiscovery`, `TargetDiscovery`);
//! openshift/must-gather `collection-scripts/gather_monitoring`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::resource::Document;
use mustknow_cluster::model::snapshot::KnownFileContent;
use mustknow_yaml::Value;

use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};

/// Where the replicas of the platform's Prometheus list their targets.
const TARGETS: [KnownFile; 2] = [KnownFile::Targets(0), KnownFile::Targets(1)];

/// The Prometheus of the platform.
pub fn platform_prometheus() -> Subject {
    Subject::namespaced("Prometheus", "openshift-monitoring", "k8s")
}

/// A rule that Prometheus reckons.
#[derive(Clone, Copy)]
pub struct PrometheusRule<'s> {
    document: &'s Arc<Document>,
    rule: Value<'s>,
}

impl<'s> PrometheusRule<'s> {
    /// Every rule, in the order of the file; None when the file was not collected, holds something
    /// else, or, as up to 4.7, only alerts. Needs [`KnownFile::Alerts`].
    pub fn all(cx: &RuleContext<'s>) -> Option<Vec<Self>> {
        let Some(KnownFileContent::Read(document)) = cx.known_file(KnownFile::Alerts) else {
            return None;
        };
        let groups = document.tree.documents().next()?.at(&["data", "groups"])?;
        let rules = groups
            .items()
            .flat_map(|group| group.get("rules").into_iter().flat_map(Value::items))
            .map(|rule| Self { document, rule });
        Some(rules.collect())
    }

    /// The alert, or the metric it records.
    pub fn name(self) -> Cow<'s, str> {
        self.text("name")
    }

    /// `ok`, `err`, or `unknown` before it was reckoned first.
    pub fn health(self) -> Cow<'s, str> {
        self.text("health")
    }

    /// Why it could not be reckoned.
    pub fn error(self) -> Cow<'s, str> {
        self.text("lastError")
    }

    fn text(self, field: &str) -> Cow<'s, str> {
        self.rule.text_at(&[field]).unwrap_or_default()
    }

    /// Where it stands.
    pub fn evidence(self, note: impl Into<String>) -> Evidence {
        let subject = Subject::cluster("Prometheus rule", self.name());
        Evidence::in_document(subject, self.document, self.rule.span(), note)
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
    document: Arc<Document>,
    span: Range<usize>,
}

impl Target {
    /// How many targets there are, and those of them that no replica reaches; None when no
    /// replica's list was collected. Needs [`KnownFile::Targets`] of both.
    pub fn down(cx: &RuleContext<'_>) -> Option<(usize, Vec<Self>)> {
        let lists: Vec<_> = TARGETS.into_iter().filter_map(|file| list(cx, file)).collect();
        let examined = lists.iter().map(|(_, targets)| targets.len()).max()?;
        let all = || lists.iter().flat_map(|(file, all)| all.iter().map(move |one| (*file, *one)));
        let of_health = |health: &'static str| {
            all().filter(move |(_, target)| target.text_at(&["health"]).as_deref() == Some(health))
        };
        let mut down: BTreeMap<String, Self> = BTreeMap::new();
        for (document, target) in of_health("down") {
            down.entry(key(target)).or_insert_with(|| Self::read(document, target));
        }
        if !down.is_empty() {
            of_health("up").for_each(|(_, target)| drop(down.remove(&key(target))));
        }
        Some((examined, down.into_values().collect()))
    }

    fn read(document: &Arc<Document>, target: Value<'_>) -> Self {
        let text = |path: &[&str]| {
            target.text_at(path).map(Cow::into_owned).filter(|text| !text.is_empty())
        };
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

/// The targets of one replica.
fn list<'s>(cx: &RuleContext<'s>, file: KnownFile) -> Option<(&'s Arc<Document>, Vec<Value<'s>>)> {
    let Some(KnownFileContent::Read(document)) = cx.known_file(file) else { return None };
    let targets = document.tree.documents().next()?.at(&["data", "activeTargets"])?;
    Some((document, targets.items().collect()))
}

/// A target with all its labels: replicas agree on them, and nothing less tells two ports or paths
/// of one pod apart.
fn key(target: Value<'_>) -> String {
    let mut labels: Vec<_> = target
        .get("labels")
        .into_iter()
        .flat_map(Value::entries)
        .map(|(key, value)| format!("{key}={}", value.text().unwrap_or_default()))
        .collect();
    labels.sort();
    labels.join(" ")
}
