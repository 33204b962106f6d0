//! Counts how much of the input has been consumed.
//!
//! Bytes are counted before decompression, so the count of an archive compares with its length.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use super::budget::Budget;

/// The bytes between two reports.
const STEP: u64 = 256 * 1024;

/// Counts consumed bytes and reports them from time to time.
pub(super) struct ConsumedBytes<'p> {
    report: &'p (dyn Fn(u64) + Sync),
    budget: &'p Budget,
    consumed: AtomicU64,
    reported: AtomicU64,
}

impl<'p> ConsumedBytes<'p> {
    /// Starts at zero; every byte counts against `budget`.
    pub(super) fn new(report: &'p (dyn Fn(u64) + Sync), budget: &'p Budget) -> Self {
        Self { report, budget, consumed: AtomicU64::new(0), reported: AtomicU64::new(0) }
    }

    /// Counts the bytes of `inner`.
    pub(super) fn meter<R: Read>(&'p self, inner: R) -> MeteredReader<'p, R> {
        MeteredReader { inner, progress: self }
    }

    /// Reports the final number if it has not been reported.
    pub(super) fn finish(&self) {
        let consumed = self.consumed.load(Ordering::Relaxed);
        if self.reported.swap(consumed, Ordering::Relaxed) != consumed {
            (self.report)(consumed);
        }
    }

    fn add(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let consumed = self.consumed.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let reported = self.reported.load(Ordering::Relaxed);
        // If several threads pass the next step at once, only one reports.
        if consumed.saturating_sub(reported) >= STEP
            && self
                .reported
                .compare_exchange(reported, consumed, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        {
            (self.report)(consumed);
        }
    }
}

/// A reader whose bytes are counted as consumed.
pub(super) struct MeteredReader<'p, R> {
    inner: R,
    progress: &'p ConsumedBytes<'p>,
}

impl<R: Read> Read for MeteredReader<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Self { inner, progress } = self;
        let read = progress.budget.read_input(into, |into| inner.read(into))?;
        progress.add(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn reports_are_rare_and_the_last_one_is_the_total() {
        let reported = Mutex::new(Vec::new());
        let report = |bytes| reported.lock().unwrap().push(bytes);
        let budget = Budget::default();
        let progress = ConsumedBytes::new(&report, &budget);
        io::copy(&mut progress.meter(io::repeat(1).take(1_000_000)), &mut io::sink()).unwrap();
        progress.finish();
        progress.finish();
        let reported = reported.lock().unwrap();
        assert_eq!(reported.last(), Some(&1_000_000));
        assert!(reported.len() <= 5, "{reported:?}");
    }
}
