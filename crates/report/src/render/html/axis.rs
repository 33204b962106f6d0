//! The axis of the timeline: it counts back from the gather time and is logarithmic, so that a minute
//! and a year before are both visible.

use jiff::Timestamp;

/// Where the axis begins and ends in the drawing.
pub(super) const LEFT: f64 = 296.0;
pub(super) const RIGHT: f64 = 884.0;
/// Up to so many seconds before the gather time the axis is nearly even.
const NEAR: f64 = 600.0;
/// The width of the label at the end of the axis.
const END: f64 = 92.0;
/// The first release of Kubernetes, 2014-06-06: no cluster has a time before.
const KUBERNETES: i64 = 1_402_012_800;
/// So many seconds a collection may continue after the gather time.
const COLLECTION: f64 = 3_600.0;
/// Points on the axis, in seconds before the gather time.
const TICKS: [(f64, &str); 8] = [
    (600.0, "10 min"),
    (3_600.0, "1 h"),
    (21_600.0, "6 h"),
    (86_400.0, "1 d"),
    (604_800.0, "1 w"),
    (2_592_000.0, "30 d"),
    (31_557_600.0, "1 y"),
    (315_576_000.0, "10 y"),
];

/// An axis that ends at the gather time.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    end: Timestamp,
    longest: f64,
}

impl Axis {
    /// The shortest axis that ends at that time.
    pub(super) fn ending(gathered: &str) -> Option<Self> {
        Some(Self { end: gathered.parse().ok()?, longest: NEAR })
    }

    /// How many seconds before the end a time is; None for an impossible one, before the first release
    /// or after the collection.
    pub(super) fn before(self, time: &str) -> Option<f64> {
        let time: Timestamp = time.parse().ok()?;
        let seconds = self.end.duration_since(time).as_secs_f64();
        (time.as_second() >= KUBERNETES && seconds >= -COLLECTION).then_some(seconds.max(0.0))
    }

    /// The same axis, long enough for what was so many seconds before its end.
    pub(super) fn with(self, seconds: f64) -> Self {
        Self { longest: self.longest.max(seconds), ..self }
    }

    /// The position of so many seconds before the end.
    pub(super) fn place(self, seconds: f64) -> f64 {
        let share = (seconds / NEAR).ln_1p() / (self.longest / NEAR).ln_1p();
        (RIGHT - LEFT).mul_add(-share, RIGHT)
    }

    /// Its ticks: position and label.
    pub(super) fn ticks(self) -> Vec<(String, &'static str)> {
        let ticks = TICKS.iter().filter(|(seconds, _)| *seconds <= self.longest);
        ticks
            .map(|(seconds, words)| (self.place(*seconds), *words))
            .filter(|(x, _)| *x < RIGHT - END)
            .map(|(x, words)| (format!("{x:.1}"), words))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_the_gather_time_and_begins_with_the_oldest() {
        let axis = Axis::ending("2024-10-28T10:00:00Z").unwrap().with(86_400.0);
        let at = |seconds: f64| format!("{:.1}", axis.place(seconds));
        assert_eq!((&*at(0.0), &*at(86_400.0)), ("884.0", "296.0"));
        assert!(axis.place(3_600.0) < axis.place(60.0));
    }

    #[test]
    fn impossible_times_have_no_position() {
        let axis = Axis::ending("2024-10-28T10:00:00Z").unwrap();
        for time in ["1970-01-01T00:00:00Z", "9999-12-30T00:00:00Z", "2024-10-28T12:00:00Z", "x"] {
            assert_eq!(axis.before(time), None, "{time}");
        }
        assert_eq!(axis.before("2024-10-28T10:05:00Z"), Some(0.0));
        assert_eq!(axis.before("2024-10-28T09:00:00Z"), Some(3_600.0));
    }
}
