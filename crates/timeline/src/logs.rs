//! Lines of logs that some rule looks for: each log and pattern a burst from its first line to its last.
//!
//! A line alone is no finding. It is as bad as what a rule that reads it found, and else information.

use std::collections::BTreeMap;

use mustknow_cluster::model::log::{LogHits, LogLine, LogPattern};
use mustknow_cluster::model::time;
use mustknow_rules::signals::written_at;
use mustknow_rules::{Evidence, Need, Severity, Verdict};

use super::collect::{CollectContext, EventCollector};
use super::moment::set;
use super::{Source, TimelineEvent};

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    for (pattern, severity) in patterns(case) {
        for hits in case.snapshot.log_hits(pattern) {
            burst(case, hits, severity, moments);
        }
    }
}

/// How many bursts have no time, and so no place in the order.
pub(super) fn without_time(case: CollectContext<'_>) -> usize {
    let patterns = patterns(case).into_keys();
    let all = patterns.flat_map(|pattern| case.snapshot.log_hits(pattern));
    let has_time =
        |line: &LogLine, hits: &LogHits| written_at(case.snapshot.now(), hits.pattern, line);
    all.filter(|hits| has_time(&hits.first, hits).or(has_time(&hits.last, hits)).is_none()).count()
}

/// The patterns of all rules, each with the worst that a rule found that reads it.
fn patterns(case: CollectContext<'_>) -> BTreeMap<&'static LogPattern, Severity> {
    let mut patterns = BTreeMap::new();
    for outcome in &case.judgement.outcomes {
        let meta = outcome.rule.meta;
        let worst = match &outcome.verdict {
            Verdict::Found(found) => found.iter().filter_map(|finding| finding.severity).max(),
            _ => None,
        };
        for need in meta.needs.iter().chain(meta.uses) {
            if let Need::Log(pattern) = need {
                let known = patterns.entry(*pattern).or_insert(Severity::Info);
                *known = (*known).max(worst.unwrap_or(Severity::Info));
            }
        }
    }
    patterns
}

fn burst(
    case: CollectContext<'_>,
    hits: &LogHits,
    severity: Severity,
    moments: &mut EventCollector<'_>,
) {
    let time = |line: &LogLine| set(written_at(case.snapshot.now(), hits.pattern, line));
    let (first, last) = (time(&hits.first), time(&hits.last));
    let Some(at) = first.or(last) else { return };
    let line = if last.is_some() { &hits.last } else { &hits.first };
    let evidence = Evidence::logged_line(hits.pattern.namespace, hits, line);
    let Evidence::Seen { subject, place, .. } = evidence else { return };
    let noun = if hits.pattern.namespace.is_empty() { "service" } else { "container" };
    let which = if hits.count > 1 { ", at last" } else { "" };
    let words = format!("{noun} {} logged{which}: {}", hits.container, without_head(&line.text));
    let moment = TimelineEvent::new(at, Source::Log, severity, subject, &words, place);
    moments.add(moment.until(last).times(hits.count));
}

/// A line without the time at its head.
fn without_head(line: &str) -> &str {
    let line = line.trim_start_matches('\0').trim_start();
    match line.split_once(' ') {
        Some((head, rest)) if time::rfc3339(head).is_some() => rest.trim_start(),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_at_the_head_of_a_line_is_not_said_twice() {
        assert_eq!(without_head("2024-10-28T10:00:00.5Z E1028 x"), "E1028 x");
        assert_eq!(without_head("Oct 28 10:00:00 host x"), "Oct 28 10:00:00 host x");
        assert_eq!(without_head(""), "");
    }
}
