//! The account of one stream: what was handed out, what was damaged, how much more is borne.
//!
//! Every container hands its entries through here, so that the limits are the same for all. It knows
//! within which archives the walk is, and opens the archives it meets on the way.

use std::mem;
use std::ops::ControlFlow;

use super::budget::{Budget, OutputQuota};
use super::decode::DecoderLimits;
use super::entry::{Body, Contents, Damage, End, Entry, Visitor};
use super::format::{self, Packing};
use super::nest::{self, Item};
use super::stream::Stream;
use super::{path, words};
use crate::limits::{DAMAGE_LIMIT, DICTIONARY_LIMIT, NAME_LIMIT};

/// Says of a path whether the file there may be an archive, should its bytes look like one.
pub type MayOpen<'m> = dyn Fn(&str) -> bool + Sync + 'm;

/// Hands entries to the visitor and keeps the account.
pub(super) struct Ledger<'t> {
    visit: Visitor<'t>,
    budget: &'t Budget,
    may_open: &'t MayOpen<'t>,
    /// What the archive that is walked is called: the input's name or the path of an entry.
    name: String,
    /// What stands before the name of an entry: the path of the archive it lies in.
    prefix: String,
    /// The place of the next entry.
    number: u64,
    /// How many archives and compressions the walk is in.
    depth: u32,
    /// How many compressions with a dictionary it is in.
    dictionaries: u32,
    /// What the decoders of those pay from.
    quota: Option<OutputQuota<'t>>,
    /// Whether the next decoder may have a thread of its own.
    may_run_ahead: bool,
    /// Whether the visitor wants no more.
    is_stopped: bool,
    /// The path of the last entry.
    last: String,
    unnamed: u64,
    end: End,
}

impl<'t> Ledger<'t> {
    /// Opens an account of the input called `name`.
    pub(super) fn new(
        name: &str,
        visit: Visitor<'t>,
        budget: &'t Budget,
        may_open: &'t MayOpen<'t>,
    ) -> Self {
        Self {
            visit,
            budget,
            may_open,
            name: name.to_owned(),
            prefix: String::new(),
            number: 0,
            depth: 0,
            dictionaries: 0,
            quota: None,
            may_run_ahead: false,
            is_stopped: false,
            last: String::new(),
            unnamed: 0,
            end: End::default(),
        }
    }

    /// Lets one decoder have a thread of its own, if there is more than one thread.
    pub(super) fn on_threads(mut self, threads: usize) -> Self {
        self.may_run_ahead = threads > 1;
        self
    }

    /// Counts one more member of any kind, or says why no more are read.
    pub(super) fn admit(&mut self) -> Result<(), String> {
        self.budget.admit()
    }

    /// The same where no decoder runs ahead.
    pub(super) fn admit_in_step(&mut self) -> Result<(), String> {
        self.budget.admit_in_step()
    }

    /// How many members are read at most.
    pub(super) fn entries(&self) -> u64 {
        self.budget.entries()
    }

    /// Whether the file at `path` may be an archive.
    pub(super) fn may_open(&self, path: &str) -> bool {
        (self.may_open)(path)
    }

    /// Whether the visitor wants no more.
    pub(super) fn flow(&self) -> ControlFlow<()> {
        if self.is_stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Goes on with entries from that place of the stream.
    pub(super) fn go_to(&mut self, number: u64) {
        self.number = number;
    }

    /// Hands a file of the archive to the visitor, or opens it and hands out what is in it. The answer
    /// is whether it was opened.
    pub(super) fn file(
        &mut self,
        path: String,
        size: Option<u64>,
        body: &mut Contents<'_>,
    ) -> bool {
        let Some(path) = self.whole(path) else { return false };
        // An error comes again when somebody reads.
        let looks_packed = body.fill_buf().is_ok_and(|first| format::may_open(first, size));
        if looks_packed && self.may_open(&path) {
            return nest::open(
                Stream::new("file", Box::new(body)),
                Item::of_entry(path, size),
                self,
            )
            .unwrap_or(false);
        }
        self.hand(Entry { number: 0, path, size, is_input: false, body: Body::File(body) });
        false
    }

    /// Hands what is no file to the visitor.
    pub(super) fn other(&mut self, path: String, what: &'static str) {
        let Some(path) = self.whole(path) else { return };
        let body = Body::Other(what);
        self.hand(Entry { number: 0, path, size: None, is_input: false, body });
    }

    /// Hands an entry to the visitor, at the next place of the stream.
    pub(super) fn hand(&mut self, entry: Entry<'_>) {
        let entry = Entry { number: self.number, ..entry };
        self.number += 1;
        self.end.entries += 1;
        self.last.clone_from(&entry.path);
        self.is_stopped |= (self.visit)(entry).is_break();
    }

    /// Walks what lies within the entry at `path`, or within the input where that is none.
    pub(super) fn within<R>(&mut self, path: Option<&str>, walk: impl FnOnce(&mut Self) -> R) -> R {
        let archives = &mut self.end.archives;
        archives.extend(path.map(str::to_owned).filter(|_| archives.len() < DAMAGE_LIMIT));
        let name = path.unwrap_or(&self.name).to_owned();
        let prefix = path.map_or_else(|| self.prefix.clone(), |path| format!("{path}/"));
        let outer = (mem::replace(&mut self.name, name), mem::replace(&mut self.prefix, prefix));
        self.depth += 1;
        let walked = walk(self);
        self.depth -= 1;
        (self.name, self.prefix) = outer;
        walked
    }

    /// Notes that one lies too deep.
    pub(super) fn too_deep(&mut self) {
        self.cut(self.budget.too_deep());
    }

    /// Whether another archive or compression may be opened here.
    pub(super) fn is_shallow(&self) -> bool {
        self.depth < self.budget.depth()
    }

    /// Reads what a compression holds, bare deflate where it is none of the known, with what is
    /// allowed to its decoder.
    pub(super) fn unpacking<R>(
        &mut self,
        packing: Option<Packing>,
        read: impl FnOnce(&mut Self, DecoderLimits<'t>) -> R,
    ) -> R {
        let dictionary = DICTIONARY_LIMIT.checked_shr(3 * self.dictionaries).unwrap_or(0);
        let more = u32::from(packing.is_some_and(Packing::has_dictionary));
        let outer = self.quota.take();
        let quota =
            outer.as_ref().map_or_else(|| OutputQuota::new(self.budget), OutputQuota::within);
        self.quota = Some(quota.clone());
        self.depth += 1;
        self.dictionaries += more;
        let done = read(self, DecoderLimits { dictionary, quota });
        self.depth -= 1;
        self.dictionaries -= more;
        self.quota = outer;
        done
    }

    /// Whether a decoder may have a thread of its own; each time but once no.
    pub(super) fn take_thread(&mut self) -> bool {
        mem::take(&mut self.may_run_ahead)
    }

    /// Gives the thread back that a decoder had.
    pub(super) fn put_thread(&mut self) {
        self.may_run_ahead = true;
    }

    /// Counts bytes of a body that have passed.
    pub(super) fn passed(&mut self, bytes: u64) {
        self.end.bytes_read = self.end.bytes_read.saturating_add(bytes);
    }

    /// Notes damage to an entry of the archive.
    pub(super) fn damage(&mut self, path: &str, why: impl Into<String>) {
        let path = format!("{}{path}", self.prefix);
        self.note(path, why.into());
    }

    /// Notes damage to the archive itself behind which nothing is missing.
    pub(super) fn scratch(&mut self, why: impl Into<String>) {
        self.note(self.name.clone(), why.into());
    }

    /// Notes damage to the archive itself behind which entries may be missing.
    pub(super) fn cut(&mut self, why: impl Into<String>) {
        self.end.truncated = true;
        // Of more than are named, nobody knows what they cut.
        let is_named = !self.prefix.is_empty() && self.end.cuts.len() < DAMAGE_LIMIT;
        let cut = if is_named { self.name.clone() } else { String::new() };
        if self.end.cuts.last() != Some(&cut) {
            self.end.cuts.push(cut);
        }
        self.scratch(why);
    }

    /// Notes, of the body of the entry handed out last, that a limit was met in it. Not all of what
    /// was to be seen was seen then, and whoever saw it may keep no account of that.
    pub(super) fn note_limit(&mut self, body: &Stream<'_>) {
        if body.has_met_a_limit() {
            self.cut(body.complain(&format!("in entry {}", words::of_name(self.last.as_bytes()))));
        }
    }

    /// Closes the account.
    pub(super) fn close(mut self) -> End {
        if self.unnamed > 0 {
            let why = format!("{} more parts of it could not be read", self.unnamed);
            self.end.damage.push(Damage { path: self.name, why });
        }
        self.end
    }

    fn note(&mut self, path: String, why: String) {
        if self.end.damage.len() < DAMAGE_LIMIT {
            self.end.damage.push(Damage { path, why });
        } else {
            self.unnamed += 1;
        }
    }

    /// The path of an entry from the top of the input; none, and damage, where that is too long.
    fn whole(&mut self, path: String) -> Option<String> {
        if self.prefix.is_empty() {
            return Some(path);
        }
        if self.prefix.len() + path.len() > NAME_LIMIT {
            let shown = words::of_name(format!("{}{path}", self.prefix).as_bytes());
            self.note(shown, path::TOO_LONG.to_owned());
            return None;
        }
        Some(format!("{}{path}", self.prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_beyond_the_limit_is_counted_not_kept() {
        let budget = Budget::default();
        let visit = Box::new(|_: Entry<'_>| ControlFlow::Continue(()));
        let mut ledger = Ledger::new("big.tar", visit, &budget, &|_| true);
        for _ in 0..DAMAGE_LIMIT + 7 {
            ledger.damage("a", "b");
        }
        let end = ledger.close();
        assert_eq!(end.damage.len(), DAMAGE_LIMIT + 1);
        let last = end.damage.last().unwrap();
        assert_eq!(
            (last.path.as_str(), last.why.as_str()),
            ("big.tar", "7 more parts of it could not be read")
        );
        assert!(!end.truncated);
    }
}
