//! Enforces the limits of one input over all its nested archives and all threads.
//!
//! The compression ratio is checked for each outermost compressed file on its own. A compression
//! bomb then loses its own content and not the files beside it, whichever thread reads it first.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::deadline::Deadline;
use crate::limits::{Limit, Limits, RATIO_FLOOR, size};

/// The error kind for a reached limit; reading a file never returns it.
pub(super) const LIMIT_REACHED: ErrorKind = ErrorKind::QuotaExceeded;

/// Counts what an input has used of its limits.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    deadline: Deadline,
    members: AtomicU64,
    /// The bytes read from the input itself.
    consumed: AtomicU64,
    /// The bytes that decoders returned.
    inflated: AtomicU64,
    /// Whether the size limit was reached.
    is_size_limit_reached: AtomicBool,
    limits_reached: Mutex<BTreeSet<Limit>>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Budget {
    /// Starts with nothing used; the timeout starts now.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            deadline: Deadline::after(limits.timeout),
            members: AtomicU64::new(0),
            consumed: AtomicU64::new(0),
            inflated: AtomicU64::new(0),
            is_size_limit_reached: AtomicBool::new(false),
            limits_reached: Mutex::default(),
        }
    }

    /// Counts one more archive member of any kind, or says why no more are read.
    pub(super) fn admit(&self) -> Result<(), String> {
        let members = self.members.fetch_add(1, Ordering::Relaxed);
        let admitted = if members < self.limits.entries {
            self.in_time()
        } else {
            let entries = self.limits.entries;
            Err(self.reach(Limit::Entries, &format!("entry count exceeds {entries}")))
        };
        admitted.map_err(|why| format!("{why}; the rest was not read"))
    }

    /// Does the same where no decoder reads ahead: nothing is read once the size limit is reached.
    pub(super) fn admit_without_read_ahead(&self) -> Result<(), String> {
        if self.is_size_limit_reached.load(Ordering::Relaxed) {
            return Err(format!("{}; the rest was not read", self.size_limit_reached()));
        }
        self.admit()
    }

    /// Checks the timeout.
    pub fn in_time(&self) -> Result<(), String> {
        if self.deadline.has_passed() {
            self.note(Limit::Timeout);
            return Err(self.deadline.exceeded("reading"));
        }
        Ok(())
    }

    /// When the work on the input must end.
    pub fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// Reads from the input itself.
    pub(super) fn read_input(
        &self,
        into: &mut [u8],
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        self.in_time().map_err(limit_error)?;
        self.read_counted(&self.consumed, into, read)
    }

    /// How deeply archives and compressed streams may be nested.
    pub(super) fn max_nesting(&self) -> u32 {
        self.limits.depth.min(Limits::MAX_DEPTH)
    }

    /// The most members that are read.
    pub(super) fn max_entries(&self) -> u64 {
        self.limits.entries
    }

    /// The message for deeper nesting.
    pub(super) fn nested_too_deeply(&self) -> String {
        let why = format!("archive nesting depth exceeds {}", self.max_nesting());
        format!("{}; not read", self.reach(Limit::Depth, &why))
    }

    /// The limits that were reached so far.
    pub fn limits_reached(&self) -> BTreeSet<Limit> {
        self.limits_reached.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads no more than the remaining size, and fails if there is more to read.
    fn read_counted(
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
                _ => Err(limit_error(self.size_limit_reached())),
            };
        }
        let bytes = read(into.get_mut(..most).unwrap_or_default())?;
        count.fetch_add(number(bytes), Ordering::Relaxed);
        Ok(bytes)
    }

    fn size_limit_reached(&self) -> String {
        self.is_size_limit_reached.store(true, Ordering::Relaxed);
        let why = format!("uncompressed size exceeds {}", size(self.limits.inflated));
        self.reach(Limit::Inflated, &why)
    }

    fn reach(&self, limit: Limit, why: &str) -> String {
        self.note(limit);
        format!("{why} ({})", limit.flag())
    }

    fn note(&self, limit: Limit) {
        self.limits_reached.lock().unwrap_or_else(PoisonError::into_inner).insert(limit);
    }
}

/// Counts the input of the outermost of several nested decoders and the output of all of them.
#[derive(Debug, Default)]
struct CompressionRatio {
    input: AtomicU64,
    output: AtomicU64,
}

/// The share of a budget that a decoder may use.
#[derive(Clone, Debug)]
pub(super) struct OutputQuota<'b> {
    budget: &'b Budget,
    ratio: Arc<CompressionRatio>,
    is_outermost: bool,
}

impl<'b> OutputQuota<'b> {
    /// The quota of an outermost decoder.
    pub(super) fn new(budget: &'b Budget) -> Self {
        Self { budget, ratio: Arc::default(), is_outermost: true }
    }

    /// The quota of a decoder nested in the one that has this quota.
    pub(super) fn nested(&self) -> Self {
        Self { is_outermost: false, ..self.clone() }
    }

    /// Counts bytes that a decoder read.
    pub(super) fn count_input(&self, bytes: usize) {
        if self.is_outermost {
            self.ratio.input.fetch_add(number(bytes), Ordering::Relaxed);
        }
    }

    /// Reads the output of a decoder as far as the limits allow.
    pub(super) fn read_output(
        &self,
        into: &mut [u8],
        read: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let Self { budget, ratio, .. } = self;
        budget.in_time().map_err(limit_error)?;
        let input = ratio.input.load(Ordering::Relaxed).max(RATIO_FLOOR);
        let most = budget.limits.ratio;
        if ratio.output.load(Ordering::Relaxed) / most.max(1) > input {
            let why = format!("compression ratio exceeds {most}");
            return Err(limit_error(budget.reach(Limit::Ratio, &why)));
        }
        let output = budget.read_counted(&budget.inflated, into, read)?;
        ratio.output.fetch_add(number(output), Ordering::Relaxed);
        Ok(output)
    }
}

fn limit_error(why: String) -> io::Error {
    io::Error::new(LIMIT_REACHED, why)
}

fn number(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read_output(quota: &OutputQuota<'_>, bytes: usize) -> Result<usize, String> {
        // Nothing is written to the buffer, so any length works.
        let mut room = vec![0; bytes.max(1)];
        quota
            .read_output(&mut room, |into| Ok(bytes.min(into.len())))
            .map_err(|why| why.to_string())
    }

    #[test]
    fn the_ratio_is_checked_against_the_outermost_input() {
        let budget = Budget::new(Limits { ratio: 2, ..Limits::default() });
        let outer = OutputQuota::new(&budget);
        let inner = outer.nested();
        let floor = usize::try_from(2 * RATIO_FLOOR).unwrap();
        assert_eq!(read_output(&inner, floor), Ok(floor));
        assert!(read_output(&inner, 2).is_ok(), "small inputs may be very compressible");
        let why = "compression ratio exceeds 2 (--max-ratio)";
        assert_eq!(read_output(&outer, 0).unwrap_err(), why);
        inner.count_input(1 << 20);
        assert!(read_output(&inner, 0).is_err(), "the input of a nested decoder does not count");
        outer.count_input(1 << 20);
        assert!(read_output(&inner, 0).is_ok());
        assert!(
            read_output(&OutputQuota::new(&budget), 0).is_ok(),
            "another file has its own ratio"
        );
        assert_eq!(budget.limits_reached(), [Limit::Ratio].into());
    }

    #[test]
    fn with_the_default_ratio_a_gibibyte_is_allowed_before_the_check() {
        assert!((1_u64 << 30) / Limits::default().ratio <= RATIO_FLOOR);
        assert!((1_u64 << 30) + (1 << 20) > Limits::default().ratio * RATIO_FLOOR);
    }

    #[test]
    fn bytes_are_counted_exactly_over_all_decoders() {
        let budget = Budget::new(Limits { inflated: 5, ..Limits::default() });
        assert_eq!(read_output(&OutputQuota::new(&budget), 3), Ok(3));
        let other = OutputQuota::new(&budget);
        assert_eq!(read_output(&other, 9), Ok(2));
        assert_eq!(read_output(&other, 0), Ok(0), "the end of the stream is allowed");
        let why = "uncompressed size exceeds 5 bytes (--max-inflated)";
        assert_eq!(read_output(&other, 1).unwrap_err(), why);
        assert!(budget.admit().is_ok(), "a decoder may have read far ahead");
        let why = "uncompressed size exceeds 5 bytes (--max-inflated); the rest was not read";
        assert_eq!(budget.admit_without_read_ahead().unwrap_err(), why);
    }

    #[test]
    fn the_timeout_holds_for_all_readers() {
        let timeout = Some(Duration::from_nanos(1));
        let budget = Budget::new(Limits { timeout, ..Limits::default() });
        let why = "reading time exceeds 1ns (--timeout)";
        assert_eq!(read_output(&OutputQuota::new(&budget), 1).unwrap_err(), why);
        assert_eq!(budget.read_input(&mut [0], |_| Ok(1)).unwrap_err().kind(), LIMIT_REACHED);
        assert_eq!(budget.admit().unwrap_err(), format!("{why}; the rest was not read"));
        let endless = Budget::new(Limits { timeout: Some(Duration::MAX), ..Limits::default() });
        assert!(endless.admit().is_ok());
    }
}
