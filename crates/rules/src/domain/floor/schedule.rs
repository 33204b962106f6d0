//! The schedule of a CronJob: when it was due.
//!
//! Source: robfig/cron `parser.go`, which Kubernetes uses: five fields, `?` as `*`, names of months and
//! days, ranges, steps and lists, and some descriptors. Times of day count as UTC: what is asked is how
//! many due times have passed, not when exactly.

use mustknow_cluster::model::time::Time;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/// How many days back a due time is looked for: a schedule may name the 29th of February.
const DAYS_BACK: i64 = 366 * 9;
/// A day in seconds.
const DAY: i64 = 86_400;

/// A parsed schedule.
pub(super) struct Schedule {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether a day must match only one of the two fields of days.
    is_either: bool,
}

impl Schedule {
    /// Parses a schedule; None if it cannot be parsed.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = match text.split_once(char::is_whitespace) {
            Some((zone, rest)) if zone.starts_with("TZ=") || zone.starts_with("CRON_TZ=") => rest,
            _ => text,
        };
        let text = match text {
            "@yearly" | "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" | "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            text => text,
        };
        let fields: Vec<_> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields.as_slice() else { return None };
        let is_any = |field: &str| field.starts_with(['*', '?']);
        let weekdays_set = field(weekdays, 0, 7, &DAYS, 0)?;
        Some(Self {
            minutes: field(minutes, 0, 59, &[], 0)?,
            hours: field(hours, 0, 23, &[], 0)?,
            days: field(days, 1, 31, &[], 0)?,
            months: field(months, 1, 12, &MONTHS, 1)?,
            // Sunday is 0 and 7.
            weekdays: weekdays_set | (weekdays_set >> 7),
            is_either: !is_any(days) && !is_any(weekdays),
        })
    }

    /// The last but `count - 1` due time before `now`.
    pub(super) fn due_before(&self, now: Time, count: usize) -> Option<Time> {
        let (today, time_of_day) =
            (now.as_second().div_euclid(DAY), now.as_second().rem_euclid(DAY));
        let times = self.times_of_day();
        let mut left = count;
        for day in (0..DAYS_BACK).map(|back| today - back).filter(|day| self.includes(*day)) {
            let is_past = |time: &&i64| day < today || **time < time_of_day;
            for time in times.iter().rev().filter(is_past) {
                left = left.saturating_sub(1);
                if left == 0 {
                    return Time::from_second(day * DAY + time).ok();
                }
            }
        }
        None
    }

    /// The seconds of a day at which it is due, in order.
    fn times_of_day(&self) -> Vec<i64> {
        let hours = (0..24).filter(|hour| is_in(self.hours, *hour));
        let minutes = |hour| (0..60).map(move |minute| (hour, minute));
        let times = hours.flat_map(minutes).filter(|(_, minute)| is_in(self.minutes, *minute));
        times.map(|(hour, minute)| hour * 3600 + minute * 60).collect()
    }

    /// Whether it is due on the day with that number, counted from 1970-01-01, a Thursday.
    fn includes(&self, day: i64) -> bool {
        let (month, day_of_month) = month_and_day(day);
        let is_day = is_in(self.days, day_of_month);
        let is_weekday = is_in(self.weekdays, (day + 4).rem_euclid(7));
        let is_due = if self.is_either { is_day || is_weekday } else { is_day && is_weekday };
        is_due && is_in(self.months, month)
    }
}

/// The month and the day of the month of a day counted from 1970-01-01.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn month_and_day(day: i64) -> (i64, i64) {
    let of_era = (day + 719_468).rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (month, of_year - (153 * from_march + 2) / 5 + 1)
}

fn is_in(set: u64, value: i64) -> bool {
    u32::try_from(value).is_ok_and(|value| set >> value & 1 == 1)
}

/// The values of a field as a set of bits.
fn field(text: &str, least: u32, most: u32, names: &[&str], first_name: u32) -> Option<u64> {
    let number = |text: &str| {
        let found =
            names.iter().zip(first_name..).find(|(name, _)| text.eq_ignore_ascii_case(name));
        found.map(|(_, number)| number).or_else(|| text.parse().ok())
    };
    let mut set = 0;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<u32>().ok().filter(|it| *it > 0)?)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (number(from)?, number(to)?),
            None if matches!(range, "*" | "?") => (least, most),
            None => {
                let from = number(range)?;
                (from, if step.is_some() { most } else { from })
            }
        };
        if from < least || to > most || from > to {
            return None;
        }
        for value in (from..=to).step_by(usize::try_from(step.unwrap_or(1)).ok()?) {
            set |= 1 << value;
        }
    }
    Some(set)
}

#[cfg(test)]
mod tests {
    use mustknow_cluster::model::time::rfc3339;

    use super::*;

    fn due(schedule: &str, count: usize) -> Option<String> {
        let now = rfc3339("2024-10-28T10:20:00Z").unwrap();
        Some(Schedule::parse(schedule)?.due_before(now, count)?.to_string())
    }

    #[test]
    fn due_times_are_counted_back() {
        for (schedule, count, expected) in [
            ("0 * * * *", 1, "2024-10-28T10:00:00Z"),
            ("@hourly", 3, "2024-10-28T08:00:00Z"),
            ("*/15 * * * *", 2, "2024-10-28T10:00:00Z"),
            ("30 3 * * *", 1, "2024-10-28T03:30:00Z"),
            ("0 3 * * mon-fri", 2, "2024-10-25T03:00:00Z"),
            ("0 0 1 JAN *", 1, "2024-01-01T00:00:00Z"),
            ("0 0 13 * 5", 1, "2024-10-25T00:00:00Z"),
            ("CRON_TZ=Europe/Berlin 0 0 * * 7", 1, "2024-10-27T00:00:00Z"),
            ("5/20 10 ? * ?", 1, "2024-10-28T10:05:00Z"),
        ] {
            assert_eq!(due(schedule, count).as_deref(), Some(expected), "{schedule}");
        }
    }

    #[test]
    fn what_cannot_be_parsed_is_no_schedule() {
        for schedule in
            ["", "* * * *", "60 * * * *", "* * 0 * *", "a * * * *", "*/0 * * * *", "5-1 * * * *"]
        {
            assert!(Schedule::parse(schedule).is_none(), "{schedule}");
        }
        assert_eq!(due("0 0 31 2 *", 1), None);
    }
}
