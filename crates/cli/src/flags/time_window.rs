//! The time that `--around` names, and the window around it.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The window before and after a time, unless `--window` is given.
const DEFAULT_WINDOW: SignedDuration = SignedDuration::from_mins(30);

/// A point in time, or a whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AroundTime {
    first: Timestamp,
    last: Timestamp,
    is_day: bool,
}

impl AroundTime {
    /// Reads RFC 3339, or a date and a time in UTC, or a date.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let at = |first: Timestamp| Self { first, last: first, is_day: false };
        let utc = |time: DateTime| TimeZone::UTC.to_timestamp(time).ok();
        if let Ok(time) = text.parse::<Timestamp>() {
            return Ok(at(time));
        }
        let has_clock = text.contains([':', 'T', 't', ' ']);
        let read = if has_clock {
            text.parse::<DateTime>().ok().and_then(utc).map(at)
        } else {
            let day = text.parse::<Date>().ok();
            day.and_then(|day| {
                let first = utc(day.at(0, 0, 0, 0))?;
                let last = utc(day.at(23, 59, 59, 999_999_999))?;
                Some(Self { first, last, is_day: true })
            })
        };
        read.ok_or_else(|| {
            "must be a time such as 2024-09-30T08:00:00Z, 2024-09-30T08:00 or 2024-09-30 \
             (without a zone it is UTC)"
                .to_owned()
        })
    }

    /// The first and last time within `window`; a day without a window is the day itself.
    pub(crate) fn span(self, window: Option<SignedDuration>) -> (Timestamp, Timestamp) {
        let default = if self.is_day { SignedDuration::ZERO } else { DEFAULT_WINDOW };
        let window = window.unwrap_or(default);
        (before(self.first, window), after(self.last, window))
    }
}

/// The time that is `span` before `time`, or the earliest time there is.
pub(crate) fn before(time: Timestamp, span: SignedDuration) -> Timestamp {
    time.checked_sub(span).unwrap_or(Timestamp::MIN)
}

/// The time that is `span` after `time`, or the latest time there is.
fn after(time: Timestamp, span: SignedDuration) -> Timestamp {
    time.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str, window: Option<SignedDuration>) -> String {
        let (from, to) = AroundTime::parse(text).unwrap().span(window);
        format!("{from} {to}")
    }

    #[test]
    fn a_time_is_read_in_every_common_notation() {
        let expected = "2024-09-30T07:30:00Z 2024-09-30T08:30:00Z";
        for text in [
            "2024-09-30T08:00:00Z",
            "2024-09-30T10:00:00+02:00",
            "2024-09-30T08:00",
            "2024-09-30 08:00",
            "2024-09-30 08:00:00",
            " 2024-09-30T08:00:00.000Z ",
        ] {
            assert_eq!(span(text, None), expected, "{text}");
        }
    }

    #[test]
    fn a_date_is_the_whole_day() {
        let day = "2024-09-30T00:00:00Z 2024-09-30T23:59:59.999999999Z";
        assert_eq!(span("2024-09-30", None), day);
        let more = "2024-09-29T23:00:00Z 2024-10-01T00:59:59.999999999Z";
        assert_eq!(span("2024-09-30", Some(SignedDuration::from_hours(1))), more);
    }

    #[test]
    fn what_is_not_a_time_is_refused_with_examples() {
        for text in ["", "now", "8:00", "2024-13-01", "2024-09-30T25:00", "yesterday"] {
            let why = AroundTime::parse(text).unwrap_err();
            assert!(why.contains("2024-09-30T08:00"), "{text}: {why}");
        }
    }

    #[test]
    fn a_window_ends_with_the_calendar() {
        let (from, to) = AroundTime::parse("2024-09-30").unwrap().span(Some(SignedDuration::MAX));
        assert_eq!((from, to), (Timestamp::MIN, Timestamp::MAX));
    }
}
