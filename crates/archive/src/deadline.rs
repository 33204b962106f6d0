//! When the work on one input must end.

use std::time::{Duration, Instant};

use crate::limits::{Limit, duration};

/// When the work on one input must end; never without a timeout.
#[derive(Clone, Copy, Debug, Default)]
pub struct Deadline(Option<(Instant, Duration)>);

impl Deadline {
    /// The deadline of a timeout that starts now. One beyond the range of the clock never passes.
    pub fn after(timeout: Option<Duration>) -> Self {
        Self(timeout.and_then(|timeout| Some((Instant::now().checked_add(timeout)?, timeout))))
    }

    /// The deadline of the judging that follows the reading: the same, and at least a quarter of the
    /// timeout from now, because what was read until then is worth judging.
    #[must_use]
    pub fn of_judging(self) -> Self {
        let extended = |(at, timeout): (Instant, Duration)| {
            let least = Instant::now().checked_add(timeout / 4);
            (least.map_or(at, |least| at.max(least)), timeout)
        };
        Self(self.0.map(extended))
    }

    /// Whether it has passed. The clock is read only if there is a timeout.
    pub fn has_passed(self) -> bool {
        self.0.is_some_and(|(at, _)| Instant::now() >= at)
    }

    /// That what was done took longer: `reading time exceeds 90s (--timeout)`.
    pub fn exceeded(self, what: &str) -> String {
        let timeout = self.0.map_or(Duration::ZERO, |(_, timeout)| timeout);
        format!("{what} time exceeds {} ({})", duration(timeout), Limit::Timeout.flag())
    }
}
