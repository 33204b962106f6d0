//! Times and durations as somebody types them who reads an archive.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// How near is near, unless somebody says.
const NEAR: SignedDuration = SignedDuration::from_mins(30);

/// A time or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct When {
    first: Timestamp,
    last: Timestamp,
    /// Whether it is a whole day.
    is_day: bool,
}

impl When {
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
            "it must be a time such as 2024-09-30T08:00:00Z, 2024-09-30T08:00 or 2024-09-30 \
             (without a zone it is UTC)"
                .to_owned()
        })
    }

    /// From when to when, so far before and after; a day without more is the day itself.
    pub(crate) fn span(self, window: Option<SignedDuration>) -> (Timestamp, Timestamp) {
        let near = window.unwrap_or(if self.is_day { SignedDuration::ZERO } else { NEAR });
        (before(self.first, near), after(self.last, near))
    }
}

/// So long before a time; the first there is where that is no time.
pub(crate) fn before(time: Timestamp, span: SignedDuration) -> Timestamp {
    time.checked_sub(span).unwrap_or(Timestamp::MIN)
}

/// So long after a time.
fn after(time: Timestamp, span: SignedDuration) -> Timestamp {
    time.checked_add(span).unwrap_or(Timestamp::MAX)
}

/// Reads how near is near.
pub(crate) fn window(text: &str) -> Result<SignedDuration, String> {
    let read = text.trim().parse::<SignedDuration>();
    let read = read.ok().filter(SignedDuration::is_positive);
    read.ok_or_else(|| {
        "it must be a number with a unit, such as 30m or 2h, and more than 0".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str, window: Option<SignedDuration>) -> String {
        let (from, to) = When::parse(text).unwrap().span(window);
        format!("{from} {to}")
    }

    #[test]
    fn a_time_is_read_in_every_spelling_people_use() {
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
    fn what_is_no_time_is_refused_with_examples() {
        for text in ["", "now", "8:00", "2024-13-01", "2024-09-30T25:00", "yesterday"] {
            let why = When::parse(text).unwrap_err();
            assert!(why.contains("2024-09-30T08:00"), "{text}: {why}");
        }
        for text in ["", "30", "-5m", "0s", "soon"] {
            assert!(window(text).unwrap_err().contains("30m"), "{text}");
        }
        assert_eq!(window("1h 30m"), Ok(SignedDuration::from_mins(90)));
    }

    #[test]
    fn a_window_beyond_all_calendars_ends_with_them() {
        let (from, to) = When::parse("2024-09-30").unwrap().span(Some(SignedDuration::MAX));
        assert_eq!((from, to), (Timestamp::MIN, Timestamp::MAX));
    }
}
