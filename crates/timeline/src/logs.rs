//! Log lines that match the patterns of rules: one burst for each log and pattern.
//!
//! A line alone is not a finding. Its severity is that of the findings of rules that read the
//! pattern, otherwise info.

use std::collections::BTreeMap;

use mustknow_cluster::model::log::{LogHits, LogLine, LogPattern};
use mustknow_cluster::model::time;
use mustknow_rules::signals::written_at;
use mustknow_rules::{Evidence, Need, Severity, Verdict};

use super::collector::{CollectContext, EventCollector};
use super::timeline_event::{Source, TimelineEvent, non_zero};

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    for (pattern, severity) in patterns(cx) {
        for hits in cx.snapshot.log_hits(pattern) {
            burst(cx, hits, severity, collector);
        }
    }
}

/// How many bursts are not in the timeline because they have no time.
pub(super) fn bursts_without_time(cx: CollectContext<'_>) -> usize {
    let patterns = patterns(cx).into_keys();
    let all = patterns.flat_map(|pattern| cx.snapshot.log_hits(pattern));
    let has_time = |line: &LogLine, hits: &LogHits| written_at(cx.snapshot.now(), hits, line);
    all.filter(|hits| has_time(&hits.first, hits).or(has_time(&hits.last, hits)).is_none()).count()
}

/// The patterns of all rules, each with the highest severity found by a rule that reads it.
fn patterns(cx: CollectContext<'_>) -> BTreeMap<&'static LogPattern, Severity> {
    let mut patterns = BTreeMap::new();
    for outcome in &cx.judgement.outcomes {
        let meta = &outcome.rule.meta;
        let worst = match &outcome.verdict {
            Verdict::Found(found) => found.iter().filter_map(|finding| finding.severity).max(),
            _ => None,
        };
        for need in meta.sources() {
            if let Need::Log(pattern) = need {
                let known = patterns.entry(pattern).or_insert(Severity::Info);
                *known = (*known).max(worst.unwrap_or(Severity::Info));
            }
        }
    }
    patterns
}

fn burst(
    cx: CollectContext<'_>,
    hits: &LogHits,
    severity: Severity,
    collector: &mut EventCollector<'_>,
) {
    let time = |line: &LogLine| non_zero(written_at(cx.snapshot.now(), hits, line));
    let (first, last) = (time(&hits.first), time(&hits.last));
    let Some(at) = first.or(last) else { return };
    let line = if last.is_some() { &hits.last } else { &hits.first };
    let evidence = Evidence::logged_line(&hits.namespace, hits, line);
    let Evidence::Seen { subject, place, .. } = evidence else { return };
    let noun = if hits.namespace.is_empty() { "service" } else { "container" };
    let which = if hits.count > 1 { ", last" } else { "" };
    let message = format!("{noun} {} logged{which}: {}", hits.container, without_time(&line.text));
    let event = TimelineEvent::new(at, Source::Log, severity, subject, &message, place);
    collector.add(event.until(last).times(hits.count));
}

/// A line without the time at its start.
fn without_time(line: &str) -> &str {
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
    fn the_time_at_the_start_of_a_line_is_removed() {
        assert_eq!(without_time("2024-10-28T10:00:00.5Z E1028 x"), "E1028 x");
        assert_eq!(without_time("Oct 28 10:00:00 host x"), "Oct 28 10:00:00 host x");
        assert_eq!(without_time(""), "");
    }
}
