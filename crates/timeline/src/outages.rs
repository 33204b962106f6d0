//! Outages between nodes and the endpoints of the control plane.
//!
//! Source: openshift/api `operatorcontrolplane/v1alpha1/types_conditioncheck.go`.

use mustknow_cluster::model::time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::PodNetworkConnectivityCheck;
use mustknow_rules::{Severity, Subject};
use mustknow_yaml::Value;

use super::collect::{CollectContext, EventCollector, ReadScope};
use super::moment::{said, set, within};
use super::{Source, TimelineEvent};

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    if case.depth == ReadScope::Scan {
        return;
    }
    for check in case.snapshot.all::<PodNetworkConnectivityCheck<'_>>() {
        let resource = check.resource();
        for outage in resource.at(&["status", "outages"]).into_iter().flat_map(Value::items) {
            let time = |field: &str| set(time::rfc3339(&outage.text_at(&[field])?));
            let Some(start) = time("start") else { continue };
            let message = outage.text_at(&["message"]).unwrap_or_default();
            let words = match time("end") {
                Some(_) => said("the endpoint was not reached", "", &message),
                None => said("the endpoint was not reached any more", "", &message),
            };
            let (subject, place) = (Subject::of(resource), within(resource, outage.span()));
            let (source, severity) = (Source::Outage, Severity::Warning);
            let moment = TimelineEvent::new(start, source, severity, subject, &words, place);
            moments.add(moment.until(time("end")));
        }
    }
}
