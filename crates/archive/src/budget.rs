//! What one input may still cost, over all its archives within archives and all its threads.
//!
//! How much came out of how little is asked of each file that is not itself within a compression: a
//! bomb then costs what it lies in and not what lies beside it, whichever thread meets it first.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::limits::{Limit, Limits, RATIO_FLOOR, duration, size};

/// The kind of error that says a limit was met; no read of a file gives it.
pub(super) const MET: ErrorKind = ErrorKind::QuotaExceeded;

/// Counts what an input has cost.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    /// When reading must be over; none when it may take as long as it takes.
    deadline: Option<Instant>,
    members: AtomicU64,
    /// The bytes that were read of the input itself.
    consumed: AtomicU64,
    /// The bytes that came out of decoders.
    inflated: AtomicU64,
    /// Whether more bytes were there than may be read.
    is_spent: AtomicBool,
    limits_reached: Mutex<BTreeSet<Limit>>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Budget {
    /// Nothing spent yet; the time runs from now on.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            // What ends after the end of time does not end.
            deadline: limits.timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
            members: AtomicU64::new(0),
            consumed: AtomicU64::new(0),
            inflated: AtomicU64::new(0),
            is_spent: AtomicBool::new(false),
            limits_reached: Mutex::default(),
        }
    }

    /// Counts one more member of any kind, or says why no more are read.
    pub(super) fn admit(&self) -> Result<(), String> {
        let members = self.members.fetch_add(1, Ordering::Relaxed);
        let admitted = if members < self.limits.entries {
            self.in_time()
        } else {
            let entries = self.limits.entries;
            Err(self.meet(Limit::Entries, &format!("it holds more than {entries} entries")))
        };
        admitted.map_err(|why| format!("{why}: the rest is not read"))
    }

    /// The same where no decoder runs ahead: nothing is read behind the last byte that may be read.
    pub(super) fn admit_in_step(&self) -> Result<(), String> {
        if self.is_spent.load(Ordering::Relaxed) {
            return Err(format!("{}: the rest is not read", self.too_long()));
        }
        self.admit()
    }

    /// Whether there is time left, or why not. The clock is read only if it matters.
    pub fn in_time(&self) -> Result<(), String> {
        match (self.deadline, self.limits.timeout) {
            (Some(deadline), Some(timeout)) if Instant::now() >= deadline => {
                let timeout = duration(timeout);
                let why = format!("the input takes longer than {timeout} to read");
                Err(self.meet(Limit::Timeout, &why))
            }
            _ => Ok(()),
        }
    }

    /// Reads a piece of the input itself.
    pub(super) fn consume(
        &self,
        into: &mut [u8],
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        self.in_time().map_err(limits_reached)?;
        self.within(&self.consumed, into, read)
    }

    /// How deep archives and compressions may lie in one another.
    pub(super) fn depth(&self) -> u32 {
        self.limits.depth.min(Limits::DEEPEST)
    }

    /// How many members are read at most.
    pub(super) fn entries(&self) -> u64 {
        self.limits.entries
    }

    /// Says that they lie deeper.
    pub(super) fn too_deep(&self) -> String {
        let why = format!("archives lie more than {} deep in one another", self.depth());
        format!("{}: it is not read", self.meet(Limit::Depth, &why))
    }

    /// The limits that were met so far.
    pub fn limits_reached(&self) -> BTreeSet<Limit> {
        self.limits_reached.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads no more than there is room for, and fails if there is more to read.
    fn within(
        &self,
        count: &AtomicU64,
        into: &mut [u8],
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let room = self.limits.inflated.saturating_sub(count.load(Ordering::Relaxed));
        let most = usize::try_from(room).unwrap_or(usize::MAX).min(into.len());
        if most == 0 && !into.is_empty() {
            return match read(&mut [0])? {
                0 => Ok(0),
                _ => Err(limits_reached(self.too_long())),
            };
        }
        let bytes = read(into.get_mut(..most).unwrap_or_default())?;
        count.fetch_add(number(bytes), Ordering::Relaxed);
        Ok(bytes)
    }

    fn too_long(&self) -> String {
        self.is_spent.store(true, Ordering::Relaxed);
        let why = format!("the whole input comes to more than {}", size(self.limits.inflated));
        self.meet(Limit::Inflated, &why)
    }

    fn meet(&self, bound: Limit, why: &str) -> String {
        self.limits_reached.lock().unwrap_or_else(PoisonError::into_inner).insert(bound);
        format!("{why} ({})", bound.flag())
    }
}

/// What goes into the outermost of several decoders, and what comes out of all of them.
#[derive(Debug, Default)]
struct Ratio {
    taken: AtomicU64,
    given: AtomicU64,
}

/// What decoders pay from.
#[derive(Clone, Debug)]
pub(super) struct OutputQuota<'b> {
    budget: &'b Budget,
    ratio: Arc<Ratio>,
    is_outermost: bool,
}

impl<'b> OutputQuota<'b> {
    /// For a decoder that is in no other.
    pub(super) fn new(budget: &'b Budget) -> Self {
        Self { budget, ratio: Arc::default(), is_outermost: true }
    }

    /// For a decoder within the one that has this.
    pub(super) fn within(&self) -> Self {
        Self { is_outermost: false, ..self.clone() }
    }

    /// Counts bytes that a decoder took.
    pub(super) fn taken(&self, bytes: usize) {
        if self.is_outermost {
            self.ratio.taken.fetch_add(number(bytes), Ordering::Relaxed);
        }
    }

    /// Takes out of a decoder what may come.
    pub(super) fn give(
        &self,
        into: &mut [u8],
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let Self { budget, ratio, .. } = self;
        budget.in_time().map_err(limits_reached)?;
        let taken = ratio.taken.load(Ordering::Relaxed).max(RATIO_FLOOR);
        let most = budget.limits.ratio;
        if ratio.given.load(Ordering::Relaxed) / most.max(1) > taken {
            let why = format!("more than {most} times as much comes out of it as goes in");
            return Err(limits_reached(budget.meet(Limit::Ratio, &why)));
        }
        let given = budget.within(&budget.inflated, into, read)?;
        ratio.given.fetch_add(number(given), Ordering::Relaxed);
        Ok(given)
    }
}

fn limits_reached(why: String) -> io::Error {
    io::Error::new(MET, why)
}

fn number(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn give(quota: &OutputQuota<'_>, bytes: usize) -> Result<usize, String> {
        // Nothing is written, so any length will do.
        let mut room = vec![0; bytes.max(1)];
        quota.give(&mut room, |into| Ok(bytes.min(into.len()))).map_err(|why| why.to_string())
    }

    #[test]
    fn much_may_come_out_of_much_but_not_out_of_little() {
        let budget = Budget::new(Limits { ratio: 2, ..Limits::default() });
        let outer = OutputQuota::new(&budget);
        let inner = outer.within();
        let floor = usize::try_from(2 * RATIO_FLOOR).unwrap();
        assert_eq!(give(&inner, floor), Ok(floor));
        assert!(give(&inner, 2).is_ok(), "a floor for what is honest and small");
        let why = "more than 2 times as much comes out of it as goes in (--max-ratio)";
        assert_eq!(give(&outer, 0).unwrap_err(), why);
        inner.taken(1 << 20);
        assert!(
            give(&inner, 0).is_err(),
            "what goes from one decoder into the next is nothing new"
        );
        outer.taken(1 << 20);
        assert!(give(&inner, 0).is_ok());
        assert!(give(&OutputQuota::new(&budget), 0).is_ok(), "what lies beside it has its own");
        assert_eq!(budget.limits_reached(), [Limit::Ratio].into());
    }

    #[test]
    fn of_the_usual_ratio_a_gibibyte_comes_before_anybody_asks() {
        assert!((1_u64 << 30) / Limits::default().ratio <= RATIO_FLOOR);
        assert!((1_u64 << 30) + (1 << 20) > Limits::default().ratio * RATIO_FLOOR);
    }

    #[test]
    fn bytes_count_to_the_last_over_all_decoders() {
        let budget = Budget::new(Limits { inflated: 5, ..Limits::default() });
        assert_eq!(give(&OutputQuota::new(&budget), 3), Ok(3));
        let other = OutputQuota::new(&budget);
        assert_eq!(give(&other, 9), Ok(2));
        assert_eq!(give(&other, 0), Ok(0), "an end is no more");
        let why = "the whole input comes to more than 5 bytes (--max-inflated)";
        assert_eq!(give(&other, 1).unwrap_err(), why);
        assert!(budget.admit().is_ok(), "a decoder may be far ahead");
        let why =
            "the whole input comes to more than 5 bytes (--max-inflated): the rest is not read";
        assert_eq!(budget.admit_in_step().unwrap_err(), why);
    }

    #[test]
    fn time_is_over_for_everybody() {
        let timeout = Some(Duration::from_nanos(1));
        let budget = Budget::new(Limits { timeout, ..Limits::default() });
        let why = "the input takes longer than 1ns to read (--timeout)";
        assert_eq!(give(&OutputQuota::new(&budget), 1).unwrap_err(), why);
        assert_eq!(budget.consume(&mut [0], |_| Ok(1)).unwrap_err().kind(), MET);
        assert_eq!(budget.admit().unwrap_err(), format!("{why}: the rest is not read"));
        let endless = Budget::new(Limits { timeout: Some(Duration::MAX), ..Limits::default() });
        assert!(endless.admit().is_ok());
    }
}
