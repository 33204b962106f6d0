//! Nodes: when they joined, and when taints were added. Their conditions are in `conditions`.

use mustknow_cluster::model::time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Node;
use mustknow_rules::{Severity, Subject};
use mustknow_yaml::Value;

use super::collector::{CollectContext, EventCollector};
use super::timeline_event::{Source, TimelineEvent, field_place, non_zero, place_at};

/// Taints that the control plane sets on nodes.
const TAINTS: [(&str, &str, Severity); 4] = [
    ("node.kubernetes.io/unschedulable", "cordoned", Severity::Warning),
    ("node.kubernetes.io/unreachable", "marked as unreachable", Severity::Critical),
    ("node.kubernetes.io/not-ready", "marked as not ready", Severity::Error),
    ("node.kubernetes.io/out-of-service", "marked as out of service", Severity::Error),
];

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    for node in cx.snapshot.all::<Node<'_>>() {
        let resource = node.resource();
        if let Some(time) = non_zero(resource.created()) {
            let place = field_place(resource, &["metadata", "creationTimestamp"]);
            let (subject, message) = (Subject::of(resource), "joined the cluster");
            collector.add(TimelineEvent::new(
                time,
                Source::Node,
                Severity::Info,
                subject,
                message,
                place,
            ));
        }
        for taint in resource.at(&["spec", "taints"]).into_iter().flat_map(Value::items) {
            let text = |field: &str| taint.text_at(&[field]).unwrap_or_default();
            let Some(time) = non_zero(time::rfc3339(&text("timeAdded"))) else { continue };
            let (key, effect) = (text("key"), text("effect"));
            let known = TAINTS.iter().find(|(known, _, _)| *known == key);
            let (what, severity) = match known {
                Some((_, what, severity)) => (*what, *severity),
                None => ("tainted", Severity::Info),
            };
            let message = format!("{what} ({key}:{effect})");
            let (subject, place) = (Subject::of(resource), place_at(resource, taint.span()));
            collector.add(TimelineEvent::new(
                time,
                Source::Node,
                severity,
                subject,
                &message,
                place,
            ));
        }
    }
}
