//! Outages between nodes and the endpoints of the control plane.
//!
//! Source: openshift/api `operatorcontrolplane/v1alpha1/types_conditioncheck.go`.

use mustknow_cluster::model::time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::PodNetworkConnectivityCheck;
use mustknow_rules::{Severity, Subject};
use mustknow_yaml::Value;

use super::collector::{CollectContext, EventCollector, ReadScope};
use super::timeline_event::{Source, TimelineEvent, non_zero, place_at, with_details};

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    if cx.scope == ReadScope::Scan {
        return;
    }
    for check in cx.snapshot.all::<PodNetworkConnectivityCheck<'_>>() {
        let resource = check.resource();
        for outage in resource.at(&["status", "outages"]).into_iter().flat_map(Value::items) {
            let time = |field: &str| non_zero(time::rfc3339(&outage.text_at(&[field])?));
            let Some(start) = time("start") else { continue };
            let message = outage.text_at(&["message"]).unwrap_or_default();
            let message = match time("end") {
                Some(_) => with_details("endpoint unreachable", "", &message),
                None => with_details("endpoint unreachable until the gather time", "", &message),
            };
            let (subject, place) = (Subject::of(resource), place_at(resource, outage.span()));
            let (source, severity) = (Source::Outage, Severity::Warning);
            let event = TimelineEvent::new(start, source, severity, subject, &message, place);
            collector.add(event.until(time("end")));
        }
    }
}
