//! Conditions of every kind that was kept.
//!
//! A condition says only when it changed last; reason and message are those of the gather time. Those of
//! Nodes and Pods stand with the rest of what is told of them.

use mustknow_cluster::model::kinds::{self, CLUSTER_SERVICE_VERSION, NODE, POD};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time;
use mustknow_cluster::views::Condition;
use mustknow_rules::{Severity, Subject};
use mustknow_yaml::Value;

use super::collect::{CollectContext, EventCollector};
use super::moment::{said, set, within};
use super::{Source, TimelineEvent, severity};

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    for kind in kinds::ALL {
        let source = match *kind {
            kind if *kind == NODE => Source::Node,
            kind if *kind == POD => Source::Pod,
            _ => Source::Condition,
        };
        for resource in case.snapshot.of_kind(kind) {
            if **kind == CLUSTER_SERVICE_VERSION {
                phases(resource, moments);
            } else {
                conditions(resource, source, moments);
            }
        }
    }
}

fn conditions(resource: &Resource, source: Source, moments: &mut EventCollector<'_>) {
    for condition in Condition::all(resource) {
        let Some(time) = set(condition.since()) else { continue };
        let severity = severity::of(resource.key().kind.name, condition);
        let status = condition.status_text();
        let what = format!("{} became {status}", condition.name());
        let words = said(&what, &condition.reason(), &condition.message());
        let (subject, place) = (Subject::of(resource), within(resource, condition.span()));
        moments.add(TimelineEvent::new(time, source, severity, subject, &words, place));
    }
}

/// The conditions of a ClusterServiceVersion are the phases it went through.
fn phases(resource: &Resource, moments: &mut EventCollector<'_>) {
    let all = resource.at(&["status", "conditions"]).into_iter().flat_map(Value::items);
    for phase in all {
        let text = |field: &str| phase.text_at(&[field]).unwrap_or_default();
        let time = set(time::rfc3339(&text("lastTransitionTime")));
        let (Some(time), name) = (time, text("phase")) else { continue };
        let severity = if name == "Failed" { Severity::Error } else { Severity::Info };
        let what = format!("phase became {name}");
        let words = said(&what, &text("reason"), &text("message"));
        let (subject, place) = (Subject::of(resource), within(resource, phase.span()));
        moments.add(TimelineEvent::new(time, Source::Condition, severity, subject, &words, place));
    }
}
