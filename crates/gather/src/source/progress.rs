//! How much of the input has been consumed.
//!
//! Counted below the decoders, so that the numbers of an archive are comparable with its length.

use std::cell::Cell;
use std::io::{self, Read};

/// The bytes that must pass between two reports.
const STEP: u64 = 256 * 1024;

/// Counts consumed bytes and tells the listener now and then.
pub(super) struct Progress<'p> {
    tell: &'p dyn Fn(u64),
    consumed: Cell<u64>,
    told: Cell<u64>,
}

impl<'p> Progress<'p> {
    /// Starts at zero.
    pub(super) fn new(tell: &'p dyn Fn(u64)) -> Self {
        Self { tell, consumed: Cell::new(0), told: Cell::new(0) }
    }

    /// Counts the bytes that `inner` gives.
    pub(super) fn meter<R: Read>(&'p self, inner: R) -> Meter<'p, R> {
        Meter { inner, progress: self }
    }

    /// Tells the last number, if it has not been told.
    pub(super) fn finish(&self) {
        if self.told.get() != self.consumed.get() {
            self.tell();
        }
    }

    fn add(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.consumed.set(self.consumed.get().saturating_add(bytes));
        if self.consumed.get() - self.told.get() >= STEP {
            self.tell();
        }
    }

    fn tell(&self) {
        self.told.set(self.consumed.get());
        (self.tell)(self.consumed.get());
    }
}

/// A reader whose bytes count as consumed.
pub(super) struct Meter<'p, R> {
    inner: R,
    progress: &'p Progress<'p>,
}

impl<R: Read> Read for Meter<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.progress.add(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn reports_are_rare_and_the_last_one_is_the_sum() {
        let told = RefCell::new(Vec::new());
        let tell = |bytes| told.borrow_mut().push(bytes);
        let progress = Progress::new(&tell);
        io::copy(&mut progress.meter(io::repeat(1).take(1_000_000)), &mut io::sink()).unwrap();
        progress.finish();
        progress.finish();
        let told = told.borrow();
        assert_eq!(told.last(), Some(&1_000_000));
        assert!(told.len() <= 5, "{told:?}");
    }
}
