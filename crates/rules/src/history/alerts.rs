//! Alerts that were firing at the gather time, since when each.

use super::moment::{said, set};
use super::told::{Case, Moments};
use super::{Moment, Source};
use crate::evidence::{Evidence, Subject};
use crate::facts::Alert;
use crate::meta::Severity;

pub(super) fn tell(case: Case<'_>, moments: &mut Moments<'_>) {
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
        moments.add(Moment::new(since, Source::Alert, severity, subject, &words, place));
    }
}
