//! How much of the input has been consumed.
//!
//! Counted below the decoders, so that the numbers of an archive are comparable with its length.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use super::budget::Budget;

/// The bytes that must pass between two reports.
const STEP: u64 = 256 * 1024;

/// Counts consumed bytes and tells the listener now and then.
pub(super) struct Progress<'p> {
    tell: &'p (dyn Fn(u64) + Sync),
    budget: &'p Budget,
    consumed: AtomicU64,
    told: AtomicU64,
}

impl<'p> Progress<'p> {
    /// Starts at zero; every byte is paid from `budget`.
    pub(super) fn new(tell: &'p (dyn Fn(u64) + Sync), budget: &'p Budget) -> Self {
        Self { tell, budget, consumed: AtomicU64::new(0), told: AtomicU64::new(0) }
    }

    /// Counts the bytes that `inner` gives.
    pub(super) fn meter<R: Read>(&'p self, inner: R) -> Meter<'p, R> {
        Meter { inner, progress: self }
    }

    /// Tells the last number, if it has not been told.
    pub(super) fn finish(&self) {
        let consumed = self.consumed.load(Ordering::Relaxed);
        if self.told.swap(consumed, Ordering::Relaxed) != consumed {
            (self.tell)(consumed);
        }
    }

    fn add(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let consumed = self.consumed.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let told = self.told.load(Ordering::Relaxed);
        // Of several threads that pass the next step at once, one tells.
        if consumed.saturating_sub(told) >= STEP
            && self
                .told
                .compare_exchange(told, consumed, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        {
            (self.tell)(consumed);
        }
    }
}

/// A reader whose bytes count as consumed.
pub(super) struct Meter<'p, R> {
    inner: R,
    progress: &'p Progress<'p>,
}

impl<R: Read> Read for Meter<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Self { inner, progress } = self;
        let read = progress.budget.consume(into, |into| inner.read(into))?;
        progress.add(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn reports_are_rare_and_the_last_one_is_the_sum() {
        let told = Mutex::new(Vec::new());
        let tell = |bytes| told.lock().unwrap().push(bytes);
        let budget = Budget::default();
        let progress = Progress::new(&tell, &budget);
        io::copy(&mut progress.meter(io::repeat(1).take(1_000_000)), &mut io::sink()).unwrap();
        progress.finish();
        progress.finish();
        let told = told.lock().unwrap();
        assert_eq!(told.last(), Some(&1_000_000));
        assert!(told.len() <= 5, "{told:?}");
    }
}
