//! The times that the cluster itself wrote into its objects, as far as the clock needs them.
//!
//! The API server and the components of the cluster have clocks of their own, so their times are
//! separate. They are counted by the minute, because a component whose clock is wrong hides the
//! newest correct time: the clock needs the newest time up to a limit that is known only when
//! everything was read.

use std::collections::BTreeMap;

use super::time::{Span, Time, is_plausible};

/// How many minutes are stored, the newest ones.
const MINUTES_LIMIT: usize = 1000;
/// How many hosts are stored, the first by name; a cluster has at most 5,000 nodes.
const HOSTS_LIMIT: usize = 10_000;

/// A part of all times that is small enough to be a mistake, as a divisor.
const SMALL_PART: usize = 10;
/// After such a gap a small part of all times does not belong to the rest.
const GAP: Span = Span::days(3 * 365);
/// After such a gap not even half of all times belongs to the rest.
const LONG_GAP: Span = Span::days(10 * 365);
/// How much later than a clock that was running a small part of all times may be.
const LATER: Span = Span::days(1);

/// Times by minute. If there are very many minutes, the oldest times are stored by day, of which a
/// century has few.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewestTimes {
    by_minute: BTreeMap<i64, TimeCount>,
    by_day: BTreeMap<i64, TimeCount>,
}

/// How many times there are, and the newest of them.
#[derive(Clone, Copy, Debug)]
struct TimeCount {
    newest: Time,
    count: usize,
}

/// The times that the cluster wrote.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecordTimes {
    /// By the API server: when it stored an object or a field.
    pub(crate) api_server: NewestTimes,
    /// By everything else: kubelets, controllers, operators.
    pub(crate) components: NewestTimes,
    /// By the name of the host: when the API server stored its newest event, and how far the time
    /// of the host was ahead then.
    hosts: BTreeMap<Box<str>, (Time, Span)>,
}

impl TimeCount {
    /// Adds these times to those of the same minute or day.
    fn add_to(self, counts: &mut BTreeMap<i64, Self>, seconds: i64) {
        let same =
            counts.entry(self.newest.as_second() / seconds).or_insert(Self { count: 0, ..self });
        *same = Self { newest: same.newest.max(self.newest), count: same.count + self.count };
    }
}

impl NewestTimes {
    /// Adds the newest time of an object.
    pub(crate) fn add(&mut self, time: Time) {
        if is_plausible(time) {
            self.add_count(TimeCount { newest: time, count: 1 });
        }
    }

    fn add_count(&mut self, times: TimeCount) {
        times.add_to(&mut self.by_minute, 60);
        if self.by_minute.len() > MINUTES_LIMIT
            && let Some((_, oldest)) = self.by_minute.pop_first()
        {
            oldest.add_to(&mut self.by_day, 86_400);
        }
    }

    fn merge(&mut self, other: &Self) {
        other.counts().for_each(|times| self.add_count(times));
    }

    /// The newest time, or the newest until `limit`.
    pub(crate) fn newest(&self, limit: Option<Time>) -> Option<Time> {
        let is_allowed = |time: &Time| limit.is_none_or(|limit| *time <= limit);
        self.counts().map(|times| times.newest).filter(is_allowed).max()
    }

    fn counts(&self) -> impl Iterator<Item = TimeCount> {
        self.by_day.values().chain(self.by_minute.values()).copied()
    }
}

impl RecordTimes {
    /// Adds an event of `host` that the API server stored at `stored`, when the time of the host
    /// was ahead by `ahead`.
    pub(crate) fn add_host(&mut self, host: &str, stored: Time, ahead: Span) {
        let newest = (stored, ahead);
        if let Some(known) = self.hosts.get_mut(host) {
            *known = newest.max(*known);
        } else {
            self.hosts.insert(host.into(), newest);
        }
        if self.hosts.len() > HOSTS_LIMIT {
            self.hosts.pop_last();
        }
    }

    /// Adds the times of other objects.
    pub(crate) fn merge(&mut self, other: Self) {
        self.api_server.merge(&other.api_server);
        self.components.merge(&other.components);
        for (host, (stored, ahead)) in other.hosts {
            self.add_host(&host, stored, ahead);
        }
    }

    /// How far the time of each host was ahead when the API server stored its newest event.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = (&str, Span)> {
        self.hosts.iter().map(|(host, (_, ahead))| (&**host, *ahead))
    }

    /// The time after which times are clearly in the future of everything else, if there are such
    /// times. `running` is a clock that was running during the collection.
    ///
    /// Objects of another cluster, or of a component with a wrong clock, are few. So a few times
    /// count as wrong if they are long after all others, or not even close to a clock that was
    /// running. Many times are right, whatever they are compared with.
    pub(crate) fn limit(&self, running: Option<Time>) -> Option<Time> {
        let mut counts: Vec<_> = self.api_server.counts().chain(self.components.counts()).collect();
        counts.sort_by_key(|times| times.newest);
        let total: usize = counts.iter().map(|times| times.count).sum();
        let mut later = 0;
        let mut limit = None;
        for (before, after) in counts.iter().zip(counts.iter().skip(1)).rev() {
            later += after.count;
            let earlier = total - later;
            let gap = Span::between(before.newest, after.newest);
            let is_between = |running| {
                Span::between(running, before.newest) <= LATER
                    && Span::between(running, after.newest) > LATER
            };
            let is_apart = gap > GAP || running.is_some_and(is_between);
            let is_few = later * SMALL_PART <= earlier;
            if (is_few && is_apart) || (later <= earlier && gap > LONG_GAP) {
                limit = Some(before.newest);
            }
        }
        limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::rfc3339;

    fn at(date: &str) -> Time {
        rfc3339(&format!("{date}T10:00:00Z")).unwrap()
    }

    /// Times of the API server: how many, on which dates, each in a minute of its own.
    fn records(dates: &[(usize, &str)]) -> RecordTimes {
        let mut records = RecordTimes::default();
        for (count, date) in dates {
            for minute in 0..*count {
                let minute = i64::try_from(minute).unwrap() * 60;
                records.api_server.add(Time::from_second(at(date).as_second() + minute).unwrap());
            }
        }
        records
    }

    /// The date of the newest time that is not clearly in the future.
    fn newest(dates: &[(usize, &str)], running: Option<&str>) -> String {
        let records = records(dates);
        let newest = records.api_server.newest(records.limit(running.map(at)));
        newest.unwrap().to_string().split('T').next().unwrap().to_owned()
    }

    #[test]
    fn few_times_long_after_all_others_are_wrong() {
        assert_eq!(newest(&[(20, "2024-10-28"), (2, "2028-10-28")], None), "2024-10-28");
        assert_eq!(
            newest(&[(20, "2024-10-28"), (1, "2028-10-28"), (1, "2040-10-28")], None),
            "2024-10-28"
        );
        assert_eq!(newest(&[(20, "2024-10-28"), (3, "2028-10-28")], None), "2028-10-28");
        assert_eq!(newest(&[(20, "2024-10-28"), (1, "2026-10-28")], None), "2026-10-28");
        assert_eq!(newest(&[(1, "2024-10-28"), (1, "2099-10-28")], None), "2024-10-28");
        assert_eq!(newest(&[(1, "2024-10-28"), (2, "2099-10-28")], None), "2099-10-28");
    }

    #[test]
    fn few_times_after_a_running_clock_are_wrong() {
        let dates = [(20, "2024-10-28"), (1, "2024-10-31")];
        assert_eq!(newest(&dates, None), "2024-10-31");
        assert_eq!(newest(&dates, Some("2024-10-28")), "2024-10-28");
        assert_eq!(newest(&dates, Some("2024-10-30")), "2024-10-31");
        assert_eq!(newest(&dates, Some("2023-10-30")), "2024-10-31");
        assert_eq!(
            newest(&[(20, "2024-10-28"), (5, "2024-10-31")], Some("2024-10-28")),
            "2024-10-31"
        );
    }

    #[test]
    fn many_minutes_do_not_hide_the_others() {
        let dates = [(3000, "2024-10-28"), (2000, "2099-10-28")];
        assert_eq!(newest(&dates, None), "2024-10-30");
        let both = records(&dates);
        let total: usize = both.api_server.counts().map(|times| times.count).sum();
        assert_eq!((total, both.api_server.by_minute.len()), (5000, MINUTES_LIMIT));
    }

    #[test]
    fn times_are_merged_in_any_order() {
        let (early, late) = (records(&[(1500, "2024-10-28")]), records(&[(1500, "2024-10-29")]));
        let merged = |mut first: RecordTimes, second: &RecordTimes| {
            first.merge(second.clone());
            format!("{first:?}")
        };
        assert_eq!(merged(early.clone(), &late), merged(late, &early));
    }

    #[test]
    fn the_hosts_that_are_stored_are_limited() {
        let mut records = RecordTimes::default();
        for number in (0..HOSTS_LIMIT + 5).rev() {
            records.add_host(&format!("{number:06}"), at("2024-10-28"), Span::minutes(5));
        }
        assert_eq!(records.hosts().count(), HOSTS_LIMIT);
        assert_eq!(records.hosts().next(), Some(("000000", Span::minutes(5))));
    }
}
