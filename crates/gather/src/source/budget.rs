//! What one input may still cost, over all its archives within archives and all its threads.
//!
//! How much came out of how little is asked of each file that is not itself within a compression: a
//! bomb then costs what it lies in and not what lies beside it, whichever thread meets it first.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::bounds::{ENTRY_LIMIT, RATIO_FLOOR, RATIO_LIMIT, STREAM_LIMIT};

/// Counts what an input has cost.
#[derive(Debug)]
pub(super) struct Budget {
    room: u64,
    members: AtomicU64,
    inflated: AtomicU64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { room: ENTRY_LIMIT, members: AtomicU64::new(0), inflated: AtomicU64::new(0) }
    }
}

impl Budget {
    /// Counts one more member of any kind, or says why no more are read.
    pub(super) fn admit(&self) -> Result<(), String> {
        if self.members.fetch_add(1, Ordering::Relaxed) < self.room {
            return Ok(());
        }
        Err(format!("it has more than {ENTRY_LIMIT} entries: the rest is not read"))
    }

    /// Lowers the number of members that are borne.
    #[cfg(test)]
    pub(super) fn with_room(mut self, room: u64) -> Self {
        self.room = room;
        self
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
pub(super) struct Purse<'b> {
    budget: &'b Budget,
    ratio: Arc<Ratio>,
    is_outermost: bool,
}

impl<'b> Purse<'b> {
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
            self.ratio.taken.fetch_add(count(bytes), Ordering::Relaxed);
        }
    }

    /// Counts bytes that came out of a decoder.
    pub(super) fn given(&self, bytes: usize) {
        self.ratio.given.fetch_add(count(bytes), Ordering::Relaxed);
        self.budget.inflated.fetch_add(count(bytes), Ordering::Relaxed);
    }

    /// Whether decoders may go on.
    pub(super) fn allow(&self) -> io::Result<()> {
        let given = self.ratio.given.load(Ordering::Relaxed);
        let why = if self.budget.inflated.load(Ordering::Relaxed) >= STREAM_LIMIT {
            format!("more than {} GiB come out of the whole input", STREAM_LIMIT >> 30)
        } else if given > RATIO_FLOOR
            && given / RATIO_LIMIT > self.ratio.taken.load(Ordering::Relaxed)
        {
            format!("more than {RATIO_LIMIT} times as much comes out of it as goes in")
        } else {
            return Ok(());
        };
        Err(io::Error::new(ErrorKind::FileTooLarge, why))
    }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_may_come_out_of_much_but_not_out_of_little() {
        let budget = Budget::default();
        let outer = Purse::new(&budget);
        let inner = outer.within();
        inner.given(1 << 30);
        assert!(inner.allow().is_ok(), "a floor for what is honest and small");
        inner.given(1 << 20);
        let error = outer.allow().unwrap_err();
        assert_eq!(error.to_string(), "more than 2000 times as much comes out of it as goes in");
        inner.taken(1 << 20);
        assert!(inner.allow().is_err(), "what goes from one decoder into the next is nothing new");
        outer.taken(1 << 20);
        assert!(inner.allow().is_ok());
        assert!(Purse::new(&budget).allow().is_ok(), "what lies beside it has its own");
        outer.given(1 << 38);
        let error = Purse::new(&budget).allow().unwrap_err();
        assert_eq!(error.to_string(), "more than 256 GiB come out of the whole input");
    }
}
