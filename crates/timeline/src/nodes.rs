//! Nodes: when they joined, and since when they are tainted. Their conditions stand in `conditions`.

use mustknow_cluster::model::time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Node;
use mustknow_rules::{Severity, Subject};
use mustknow_yaml::Value;

use super::collect::{CollectContext, EventCollector};
use super::moment::{field, set, within};
use super::{Source, TimelineEvent};

/// Taints by which the control plane says what it thinks of a node.
const TAINTS: [(&str, &str, Severity); 4] = [
    ("node.kubernetes.io/unschedulable", "was cordoned", Severity::Warning),
    ("node.kubernetes.io/unreachable", "was given up as unreachable", Severity::Critical),
    ("node.kubernetes.io/not-ready", "was marked as not ready", Severity::Error),
    ("node.kubernetes.io/out-of-service", "was taken out of service", Severity::Error),
];

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    for node in case.snapshot.all::<Node<'_>>() {
        let resource = node.resource();
        if let Some(time) = set(resource.created()) {
            let place = field(resource, &["metadata", "creationTimestamp"]);
            let (subject, words) = (Subject::of(resource), "it joined the cluster");
            moments.add(TimelineEvent::new(
                time,
                Source::Node,
                Severity::Info,
                subject,
                words,
                place,
            ));
        }
        for taint in resource.at(&["spec", "taints"]).into_iter().flat_map(Value::items) {
            let text = |field: &str| taint.text_at(&[field]).unwrap_or_default();
            let Some(time) = set(time::rfc3339(&text("timeAdded"))) else { continue };
            let (key, effect) = (text("key"), text("effect"));
            let known = TAINTS.iter().find(|(known, _, _)| *known == key);
            let (what, severity) = match known {
                Some((_, what, severity)) => (*what, *severity),
                None => ("was tainted", Severity::Info),
            };
            let words = format!("it {what} ({key}:{effect})");
            let (subject, place) = (Subject::of(resource), within(resource, taint.span()));
            moments.add(TimelineEvent::new(time, Source::Node, severity, subject, &words, place));
        }
    }
}
