//! What one input may still cost, over all its archives within archives and all its threads.

use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicU64, Ordering};

use super::bounds::{ENTRY_LIMIT, RATIO_FLOOR, RATIO_LIMIT, STREAM_LIMIT};
use super::progress::Progress;

/// Counts what an input has cost.
pub(super) struct Budget<'p> {
    progress: &'p Progress<'p>,
    room: u64,
    members: AtomicU64,
    inflated: AtomicU64,
}

impl<'p> Budget<'p> {
    /// Nothing spent; `progress` knows how many bytes of the input have been consumed.
    pub(super) fn new(progress: &'p Progress<'p>) -> Self {
        let none = || AtomicU64::new(0);
        Self { progress, room: ENTRY_LIMIT, members: none(), inflated: none() }
    }

    /// Counts one more member of any kind, or says why no more are read.
    pub(super) fn admit(&self) -> Result<(), String> {
        if self.members.fetch_add(1, Ordering::Relaxed) < self.room {
            return Ok(());
        }
        Err(format!("it has more than {ENTRY_LIMIT} entries: the rest is not read"))
    }

    /// Counts bytes that came out of a decoder.
    pub(super) fn inflated(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.inflated.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Whether decoders may go on.
    pub(super) fn allow(&self) -> io::Result<()> {
        let inflated = self.inflated.load(Ordering::Relaxed);
        let why = if inflated >= STREAM_LIMIT {
            format!("more than {} GiB come out of it", STREAM_LIMIT >> 30)
        } else if inflated > RATIO_FLOOR && inflated / RATIO_LIMIT > self.progress.consumed() {
            format!("more than {RATIO_LIMIT} times as much comes out of it as goes in")
        } else {
            return Ok(());
        };
        Err(io::Error::new(ErrorKind::FileTooLarge, why))
    }

    /// Lowers the number of members that are borne.
    #[cfg(test)]
    pub(super) fn with_room(mut self, room: u64) -> Self {
        self.room = room;
        self
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn much_may_come_out_of_much_but_not_out_of_little() {
        let progress = Progress::new(&|_| {});
        let budget = Budget::new(&progress);
        budget.inflated(1 << 30);
        assert!(budget.allow().is_ok(), "a floor for what is honest and small");
        budget.inflated(1 << 20);
        let error = budget.allow().unwrap_err();
        assert_eq!(error.to_string(), "more than 2000 times as much comes out of it as goes in");
        let input = io::repeat(0).take(1 << 20);
        io::copy(&mut progress.meter(input), &mut io::sink()).unwrap();
        assert!(budget.allow().is_ok());
        budget.inflated(1 << 38);
        assert_eq!(budget.allow().unwrap_err().to_string(), "more than 256 GiB come out of it");
    }
}
