//! What rules found, since when.

use mustknow_rules::{Evidence, Place, Severity};

use super::collect::{CollectContext, EventCollector};
use super::moment::set;
use super::{Source, TimelineEvent};

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    for (rule, finding) in case.judgement.findings() {
        let Some(since) = set(finding.since) else { continue };
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
        let words = format!("{} ({})", finding.summary, rule.meta.id);
        let subject = finding.subject.clone();
        moments.add(TimelineEvent::new(since, Source::Finding, severity, subject, &words, place));
    }
}
