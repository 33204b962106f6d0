//! The account of one stream: what was handed out, what was damaged, how much more is borne.
//!
//! Every container hands its entries through here, so that the limits are the same for all.

use std::ops::ControlFlow;

use super::bounds::{DAMAGE_LIMIT, ENTRY_LIMIT};
use super::entry::{Body, Damage, End, Entry, Visitor};

/// Hands entries to the visitor and keeps the account.
pub(super) struct Tally<'v> {
    visit: Visitor<'v>,
    room: u64,
    unnamed: u64,
    end: End,
}

impl<'v> Tally<'v> {
    /// Opens an account.
    pub(super) fn new(visit: Visitor<'v>) -> Self {
        Self { visit, room: ENTRY_LIMIT, unnamed: 0, end: End::default() }
    }

    /// Counts one more member of any kind, or says why no more are read.
    pub(super) fn admit(&mut self) -> Result<(), String> {
        match self.room.checked_sub(1) {
            Some(room) => {
                self.room = room;
                Ok(())
            }
            None => Err(too_many()),
        }
    }

    /// Hands the next entry of the stream to the visitor.
    pub(super) fn offer(
        &mut self,
        path: String,
        size: Option<u64>,
        body: Body<'_>,
    ) -> ControlFlow<()> {
        let number = self.end.entries;
        self.offer_entry(Entry { number, path, size, body })
    }

    /// Hands an entry to the visitor that knows its own place in the stream.
    pub(super) fn offer_entry(&mut self, entry: Entry<'_>) -> ControlFlow<()> {
        self.end.entries += 1;
        (self.visit)(entry)
    }

    /// Counts bytes of a body that have passed.
    pub(super) fn passed(&mut self, bytes: u64) {
        self.end.bytes_read = self.end.bytes_read.saturating_add(bytes);
    }

    /// Notes damage to an entry or to the whole.
    pub(super) fn damage(&mut self, path: impl Into<String>, why: impl Into<String>) {
        if self.end.damage.len() < DAMAGE_LIMIT {
            self.end.damage.push(Damage { path: path.into(), why: why.into() });
        } else {
            self.unnamed += 1;
        }
    }

    /// Notes damage behind which entries may be missing.
    pub(super) fn cut(&mut self, path: impl Into<String>, why: impl Into<String>) {
        self.end.truncated = true;
        self.damage(path, why);
    }

    /// Closes the account of the input called `name`.
    pub(super) fn close(mut self, name: &str) -> End {
        if self.unnamed > 0 {
            let why = format!("{} more parts of it could not be read", self.unnamed);
            self.end.damage.push(Damage { path: name.to_owned(), why });
        }
        self.end
    }

    /// Lowers the number of members that are borne.
    #[cfg(test)]
    pub(super) fn with_room(mut self, room: u64) -> Self {
        self.room = room;
        self
    }
}

/// What is said of an input with more members than are borne.
pub(super) fn too_many() -> String {
    format!("it has more than {ENTRY_LIMIT} entries: the rest is not read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_beyond_the_limit_is_counted_not_kept() {
        let mut tally = Tally::new(Box::new(|_| ControlFlow::Continue(())));
        for _ in 0..DAMAGE_LIMIT + 7 {
            tally.damage("a", "b");
        }
        let end = tally.close("big.tar");
        assert_eq!(end.damage.len(), DAMAGE_LIMIT + 1);
        let last = end.damage.last().unwrap();
        assert_eq!(
            (last.path.as_str(), last.why.as_str()),
            ("big.tar", "7 more parts of it could not be read")
        );
        assert!(!end.truncated);
    }
}
