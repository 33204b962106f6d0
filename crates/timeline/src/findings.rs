//! Findings of rules: when each began.

use mustknow_rules::{Evidence, Place, Severity};

use super::collector::{CollectContext, EventCollector};
use super::timeline_event::{Source, TimelineEvent, non_zero};

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    for (rule, finding) in cx.judgement.findings() {
        let Some(since) = non_zero(finding.since) else { continue };
        let seen = finding.evidence.iter().find_map(|evidence| match evidence {
            Evidence::Seen { place, .. } => Some(place.clone()),
            Evidence::Missing { .. } => None,
        });
        let missing = || {
            finding.evidence.iter().find_map(|evidence| match evidence {
                Evidence::Missing { looked_in, .. } => {
                    let (path, text) = (looked_in.clone(), String::new());
                    Some(Place::Line { path, number: 1, text, mark: 0..0 })
                }
                Evidence::Seen { .. } => None,
            })
        };
        let Some(place) = seen.or_else(missing) else { continue };
        let severity = finding.severity.unwrap_or(Severity::Info);
        let message = format!("{} ({})", finding.summary, rule.meta.id);
        let subject = finding.subject.clone();
        collector.add(TimelineEvent::new(
            since,
            Source::Finding,
            severity,
            subject,
            &message,
            place,
        ));
    }
}
