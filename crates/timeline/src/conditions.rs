//! Conditions of objects of all kinds.
//!
//! A condition shows only its last change. Its reason and message are those at the gather time.
//! Conditions of Nodes and Pods have the sources `Node` and `Pod`.

use mustknow_cluster::model::kinds::{self, CLUSTER_SERVICE_VERSION, NODE, POD};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time;
use mustknow_cluster::views::Condition;
use mustknow_rules::{Severity, Subject};
use mustknow_yaml::Value;

use super::collector::{CollectContext, EventCollector};
use super::severity;
use super::timeline_event::{Source, TimelineEvent, non_zero, place_at, with_details};

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    for kind in kinds::ALL {
        let source = match *kind {
            kind if *kind == NODE => Source::Node,
            kind if *kind == POD => Source::Pod,
            _ => Source::Condition,
        };
        for resource in cx.snapshot.of_kind(kind) {
            if **kind == CLUSTER_SERVICE_VERSION {
                phases(resource, collector);
            } else {
                conditions(resource, source, collector);
            }
        }
    }
}

fn conditions(resource: &Resource, source: Source, collector: &mut EventCollector<'_>) {
    for condition in Condition::all(resource) {
        let Some(time) = non_zero(condition.since()) else { continue };
        let severity = severity::of(resource.key().kind.name, condition);
        let status = condition.status_text();
        let what = format!("{} became {status}", condition.name());
        let message = with_details(&what, &condition.reason(), &condition.message());
        let (subject, place) = (Subject::of(resource), place_at(resource, condition.span()));
        collector.add(TimelineEvent::new(time, source, severity, subject, &message, place));
    }
}

/// The conditions of a ClusterServiceVersion are its previous phases.
fn phases(resource: &Resource, collector: &mut EventCollector<'_>) {
    let all = resource.at(&["status", "conditions"]).into_iter().flat_map(Value::items);
    for phase in all {
        let text = |field: &str| phase.text_at(&[field]).unwrap_or_default();
        let time = non_zero(time::rfc3339(&text("lastTransitionTime")));
        let (Some(time), name) = (time, text("phase")) else { continue };
        let severity = if name == "Failed" { Severity::Error } else { Severity::Info };
        let what = format!("phase became {name}");
        let message = with_details(&what, &text("reason"), &text("message"));
        let (subject, place) = (Subject::of(resource), place_at(resource, phase.span()));
        collector.add(TimelineEvent::new(
            time,
            Source::Condition,
            severity,
            subject,
            &message,
            place,
        ));
    }
}
