//! The state of Prometheus: the rules that it evaluates and the targets that it scrapes.
//!
//! Source: prometheus/prometheus `web/api/v1/api.go` (`RuleDiscovery`, `TargetDiscovery`);
//! openshift/must-gather `collection-scripts/gather_monitoring`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::resource::Document;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::ClusterOperator;
use mustknow_yaml::Value;

use super::known_file_content::read_known_file;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::quoting::excerpt;
use crate::terms::verdict::{Checked, Gap, GapKind, Judged};

/// The target lists of the replicas of the platform Prometheus.
const TARGETS: [KnownFile; 2] = [KnownFile::Targets(0), KnownFile::Targets(1)];

/// The platform Prometheus.
pub fn platform_prometheus() -> Subject {
    Subject::namespaced("Prometheus", "openshift-monitoring", "k8s")
}

/// The ConfigMap with the settings of the platform monitoring.
pub fn monitoring_config() -> Subject {
    Subject::namespaced("ConfigMap", "openshift-monitoring", "cluster-monitoring-config")
}

/// The verdict over a setting that the monitoring operator reports as the reason of its condition
/// `Degraded`, also while this condition is False; `finding` gets the condition as evidence, and its
/// message.
pub fn judge_monitoring_setting(
    cx: &RuleContext<'_>,
    reason: &str,
    finding: impl FnOnce(Evidence, &str) -> Finding,
) -> Judged {
    let operator = cx.required::<ClusterOperator<'_>>("", "monitoring")?;
    let condition = operator.condition("Degraded").ok_or_else(|| {
        let what = "ClusterOperator/monitoring has no condition Degraded";
        Gap::new(GapKind::FieldAbsent, what).command("oc get clusteroperator monitoring -o yaml")
    })?;
    let message = condition.message();
    let evidence = || Evidence::condition(operator.resource(), condition, excerpt(&message));
    let is_set = condition.reason() == reason;
    Ok(Checked::over(1, is_set.then(|| finding(evidence(), &message))))
}

/// A rule that Prometheus evaluates.
#[derive(Clone, Copy)]
pub struct PrometheusRule<'s> {
    document: &'s Arc<Document>,
    rule: Value<'s>,
}

impl<'s> PrometheusRule<'s> {
    /// Every rule, in the order of the file; None if the file was not collected or, as up to 4.7,
    /// has no rules. Needs [`KnownFile::Alerts`].
    pub fn all(cx: &RuleContext<'s>) -> Option<Vec<Self>> {
        let document = read_known_file(cx, KnownFile::Alerts)?;
        let groups = document.tree.documents().next()?.at(&["data", "groups"])?;
        let rules = groups
            .items()
            .flat_map(|group| group.get("rules").into_iter().flat_map(Value::items))
            .map(|rule| Self { document, rule });
        Some(rules.collect())
    }

    /// The name of the alert or of the recorded metric.
    pub fn name(self) -> Cow<'s, str> {
        self.text("name")
    }

    /// `ok`, `err`, or `unknown` before its first evaluation.
    pub fn health(self) -> Cow<'s, str> {
        self.text("health")
    }

    /// The error of its last evaluation.
    pub fn error(self) -> Cow<'s, str> {
        self.text("lastError")
    }

    fn text(self, field: &str) -> Cow<'s, str> {
        self.rule.text_at(&[field]).unwrap_or_default()
    }

    /// The rule as evidence.
    pub fn evidence(self, note: impl Into<String>) -> Evidence {
        let subject = Subject::cluster("Prometheus rule", self.name());
        Evidence::in_document(subject, self.document, self.rule.span(), note)
    }
}

/// A target that Prometheus scrapes.
pub struct ScrapeTarget {
    /// Its job.
    pub job: String,
    /// Its namespace.
    pub namespace: String,
    /// The name of its pod, or its instance.
    pub name: String,
    /// Its node, if known.
    pub node: Option<String>,
    /// The error of its last scrape.
    pub error: String,
    document: Arc<Document>,
    span: Range<usize>,
}

impl ScrapeTarget {
    /// The number of targets, and the targets that no replica reaches; None if no list was
    /// collected. Needs [`KnownFile::Targets`] of both replicas.
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

    /// The target as evidence.
    pub fn evidence(&self, note: impl Into<String>) -> Evidence {
        let subject = Subject::namespaced("Target", self.namespace.clone(), self.name.clone());
        Evidence::in_document(subject, &self.document, self.span.clone(), note)
    }
}

/// The targets of one replica.
fn list<'s>(cx: &RuleContext<'s>, file: KnownFile) -> Option<(&'s Arc<Document>, Vec<Value<'s>>)> {
    let document = read_known_file(cx, file)?;
    let targets = document.tree.documents().next()?.at(&["data", "activeTargets"])?;
    Some((document, targets.items().collect()))
}

/// All labels of a target. They are the same in all replicas, and only all of them distinguish two
/// ports or paths of one pod.
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
