//! Points in time as the archive writes them.
//!
//! Four notations occur: RFC 3339 in objects and container logs, Go's `time.String()` in
//! `timestamp` files, that of chrono in `collected.timestamp`, and the month and day of journals,
//! whose year has to be taken from the gather time.

use jiff::Timestamp;

/// A point in time, UTC.
pub type Time = Timestamp;

/// A duration between two points in time, in seconds; negative if the end is before the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(i64);

impl Span {
    /// A span of `minutes`.
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes * 60)
    }

    /// A span of `hours`.
    pub const fn hours(hours: i64) -> Self {
        Self(hours * 3600)
    }

    /// A span of `days`.
    pub const fn days(days: i64) -> Self {
        Self(days * 86_400)
    }

    /// The span from `start` to `end`.
    pub fn between(start: Time, end: Time) -> Self {
        Self(end.as_second().saturating_sub(start.as_second()))
    }

    /// The span in seconds.
    pub const fn seconds(self) -> i64 {
        self.0
    }
}

impl std::fmt::Display for Span {
    /// Writes the two largest units, as `oc` does: `5d 2h`, `3h 10m`, `12m`, `40s`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let seconds = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
        match (days, hours, minutes) {
            (0, 0, 0) => write!(f, "{seconds}s"),
            (0, 0, m) => write!(f, "{m}m"),
            (0, h, 0) => write!(f, "{h}h"),
            (0, h, m) => write!(f, "{h}h {m}m"),
            (d, 0, _) => write!(f, "{d}d"),
            (d, h, _) => write!(f, "{d}d {h}h"),
        }
    }
}

/// Parses an RFC 3339 time, with or without fractional seconds, in any time zone.
pub fn rfc3339(text: &str) -> Option<Time> {
    let text = text.trim();
    // The shortest form is `2006-01-02T15:04:05Z`; parsing anything else would waste time.
    if text.len() < 20 || text.len() > 40 {
        return None;
    }
    text.parse().ok()
}

/// Parses Go's `time.String()`: `2024-10-28 10:20:30.123 +0200 CEST m=+0.01`.
pub fn go(text: &str) -> Option<Time> {
    let mut words = text.split_whitespace();
    let (date, clock, zone) = (words.next()?, words.next()?, words.next()?);
    let (hours, minutes) = zone.split_at_checked(3)?;
    rfc3339(&format!("{date}T{clock}{hours}:{minutes}"))
}

/// Parses chrono's notation of a time in UTC, as a JSON string: `"2024-10-28 10:20:30.123 UTC"`.
pub fn chrono(text: &str) -> Option<Time> {
    let text = text.trim().trim_matches('"');
    match text.strip_suffix(" UTC").and_then(|text| text.split_once(' ')) {
        Some((date, clock)) => rfc3339(&format!("{date}T{clock}Z")),
        None => rfc3339(text),
    }
}

/// Whether a cluster can have written that time with a clock that was set: Kubernetes was published
/// in 2014. Go's zero time is in the year 1, and "never" is often written as the year 9999.
pub(crate) fn is_plausible(time: Time) -> bool {
    /// The first seconds of 2014 and 2100.
    const YEARS: std::ops::Range<i64> = 1_388_534_400..4_102_444_800;
    YEARS.contains(&time.as_second())
}

/// The time at the beginning of a log line: RFC 3339, as in container logs, after an optional
/// `[must-gather ] OUT ` of the client's own log. None for journal and klog headers, which have no
/// year: the gather time that would supply it is not known while logs are scanned.
pub fn line_head(line: &str) -> Option<Time> {
    let tagged = line.strip_prefix('[').and_then(|tag| tag.split_once("OUT "));
    let rest = tagged.map_or(line, |(_, rest)| rest);
    rest.split_whitespace().next().and_then(rfc3339)
}

/// The time at the beginning of a journal line, `Oct 28 10:00:01.123456 host unit[1]: ...`, UTC, in
/// the latest year that does not place it more than a day after `now`.
pub fn journal_head(line: &str, now: Time) -> Option<Time> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = line.split_whitespace();
    let (month, day, clock) = (words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    in_latest_year(month, day.parse().ok()?, clock, now)
}

/// The time in a klog header, `E1028 10:00:01.123456       1 file.go:1] ...`, UTC, in the latest year
/// that does not place it more than a day after `now`.
pub fn klog_head(line: &str, now: Time) -> Option<Time> {
    let mut words = line.split_whitespace();
    let date = words.next()?.strip_prefix(['I', 'W', 'E', 'F'])?;
    let (month, day) = date.split_at_checked(2).filter(|_| date.len() == 4)?;
    in_latest_year(month.parse().ok()?, day.parse().ok()?, words.next()?, now)
}

fn in_latest_year(month: usize, day: u8, clock: &str, now: Time) -> Option<Time> {
    let year: i64 = now.to_string().get(..4)?.parse().ok()?;
    [year + 1, year, year - 1]
        .into_iter()
        .filter_map(|year| rfc3339(&format!("{year:04}-{month:02}-{day:02}T{clock}Z")))
        .find(|time| Span::between(now, *time) <= Span::days(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_line_gets_its_year_from_the_gather_time() {
        let now = rfc3339("2025-01-02T10:00:00Z").unwrap();
        let read = |line: &str| journal_head(line, now).map(|time| time.to_string());
        let line =
            "Dec 31 23:59:58.5 master-0 kubenswrapper[2322]: E1231 23:59:58.5 2322 x.go:1] y";
        assert_eq!(read(line).as_deref(), Some("2024-12-31T23:59:58.5Z"));
        assert_eq!(read("Jan  2 09:00:00 master-0 x").as_deref(), Some("2025-01-02T09:00:00Z"));
        for line in ["", "-- Logs begin at", "Foo 2 09:00:00 x", "Jan 99 09:00:00 x", "Jan 2 9 x"] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn a_klog_header_gets_its_year_from_the_gather_time() {
        let now = rfc3339("2025-01-02T10:00:00Z").unwrap();
        let read = |line: &str| klog_head(line, now).map(|time| time.to_string());
        let line = "E1231 23:59:58.500000       1 retry.go:1] etcdserver: request timed out";
        assert_eq!(read(line).as_deref(), Some("2024-12-31T23:59:58.5Z"));
        for line in ["", "E", "E1231", "X1231 23:59:58 x", "E12 23:59:58 x", "E1399 09:00:00 x"] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn parses_the_lines_of_a_timestamp_file() {
        let time = go("2021-08-03 12:11:56.91501602 +0200 CEST m=+1.651641915").unwrap();
        assert_eq!(time.to_string(), "2021-08-03T10:11:56.91501602Z");
    }

    #[test]
    fn parses_the_time_that_crust_gather_writes() {
        let time = rfc3339("2024-10-28T10:20:30.123456789Z");
        assert_eq!(chrono("\"2024-10-28 10:20:30.123456789 UTC\""), time);
        assert_eq!(chrono("\"2024-10-28T10:20:30.123456789+00:00\"\n"), time);
    }

    #[test]
    fn rejects_text_that_is_not_a_time() {
        for text in ["", "now", "2021-08-03", "9999999999-01-01T00:00:00Z", "+0200 +0200 +0200"] {
            assert_eq!(go(text), None, "{text}");
            assert_eq!(rfc3339(text), None, "{text}");
            assert_eq!(chrono(text), None, "{text}");
        }
    }

    #[test]
    fn no_cluster_wrote_a_time_before_kubernetes_or_after_this_century() {
        let plausible = |text: &str| rfc3339(text).is_some_and(is_plausible);
        for text in [
            "0001-01-01T00:00:00Z",
            "-009999-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "2013-12-31T23:59:59Z",
            "2100-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "infinity",
        ] {
            assert!(!plausible(text), "{text}");
        }
        for text in ["2014-06-07T00:00:00Z", "2016-12-31T23:59:60Z", "2099-12-31T23:59:59Z"] {
            assert!(plausible(text), "{text}");
        }
    }

    #[test]
    fn a_line_of_the_client_log_has_its_time_after_the_prefix() {
        let line = "[must-gather      ] OUT 2024-10-28T10:20:30.123Z Using must-gather plug-in";
        assert_eq!(line_head(line), rfc3339("2024-10-28T10:20:30.123Z"));
    }

    #[test]
    fn a_span_shows_its_two_largest_units() {
        let shown: Vec<_> = [40, 720, 3600, 11_400, 5 * 86_400 + 7200, -60]
            .into_iter()
            .map(|s| Span(s).to_string())
            .collect();
        assert_eq!(shown, ["40s", "12m", "1h", "3h 10m", "5d 2h", "-1m"]);
    }
}
