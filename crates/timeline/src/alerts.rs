//! Alerts that were firing at the gather time: when each started.

use mustknow_rules::signals::Alert;
use mustknow_rules::{Evidence, Severity, Subject};

use super::collector::{CollectContext, EventCollector};
use super::timeline_event::{Source, TimelineEvent, non_zero, with_details};

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    for alert in Alert::of(cx.snapshot).into_iter().flatten() {
        let Some(since) = non_zero(alert.since) else { continue };
        let severity = match alert.severity.as_str() {
            "critical" => Severity::Critical,
            "warning" => Severity::Warning,
            _ => Severity::Info,
        };
        let subject = match alert.label("namespace") {
            Some(namespace) => Subject::namespaced("Alert", namespace, alert.name.clone()),
            None => alert.subject(),
        };
        let message = with_details("the alert started firing", "", &alert.message);
        let Evidence::Seen { place, .. } = alert.evidence("") else { continue };
        collector.add(TimelineEvent::new(since, Source::Alert, severity, subject, &message, place));
    }
}
