//! Alerts that were firing at the gather time, since when each.

use mustknow_rules::signals::Alert;
use mustknow_rules::{Evidence, Severity, Subject};

use super::collect::{CollectContext, EventCollector};
use super::moment::{said, set};
use super::{Source, TimelineEvent};

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    for alert in Alert::of(case.snapshot).into_iter().flatten() {
        let Some(since) = set(alert.since) else { continue };
        let severity = match alert.severity.as_str() {
            "critical" => Severity::Critical,
            "warning" => Severity::Warning,
            _ => Severity::Info,
        };
        let subject = match alert.label("namespace") {
            Some(namespace) => Subject::namespaced("Alert", namespace, alert.name.clone()),
            None => alert.subject(),
        };
        let words = said("it began to fire", "", &alert.message);
        let Evidence::Seen { place, .. } = alert.evidence("") else { continue };
        moments.add(TimelineEvent::new(since, Source::Alert, severity, subject, &words, place));
    }
}
