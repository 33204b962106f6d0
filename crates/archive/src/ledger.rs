//! Records what was read of one input: entries handed out, damage, truncation, limits.
//!
//! Every container hands its entries out through the ledger, so the limits are the same for all. The
//! ledger knows which archives enclose the current entry. It opens nested archives through a function
//! that it is given, so it does not depend on any format.

use std::mem;
use std::ops::ControlFlow;

use super::budget::{Budget, OutputQuota};
use super::decode::DecoderLimits;
use super::entry::{Contents, Damage, Entry, EntryBody, StreamEnd, Visitor};
use super::format::{self, Compression};
use super::origin::StreamOrigin;
use super::stream::Stream;
use super::{describe, path};
use crate::limits::{DAMAGE_LIMIT, DICTIONARY_LIMIT, NAME_LIMIT};

/// Returns whether the file at a path may be opened as an archive if its bytes look like one.
pub type MayOpen<'m> = dyn Fn(&str) -> bool + Sync + 'm;

/// Hands out what a stream holds; returns whether it was an archive or compressed.
pub(super) type OpenStream = fn(Stream<'_>, StreamOrigin, &mut Ledger<'_>) -> Result<bool, String>;

/// Hands entries to the visitor and records what was read.
pub(super) struct Ledger<'t> {
    visit: Visitor<'t>,
    budget: &'t Budget,
    may_open: &'t MayOpen<'t>,
    open: OpenStream,
    /// The name of the current archive: the input's name or the path of an entry.
    name: String,
    /// The path of the current archive with a slash; empty for the input.
    prefix: String,
    /// The position of the next entry in the stream.
    number: u64,
    /// How many archives and compressed streams enclose the current entry.
    depth: u32,
    /// How many of the enclosing compressions use a dictionary.
    dictionaries: u32,
    /// The output quota of the innermost decoder.
    quota: Option<OutputQuota<'t>>,
    /// Whether the next decoder may run on its own thread.
    may_run_ahead: bool,
    /// Whether the visitor wants no more entries.
    is_stopped: bool,
    /// The path of the last entry.
    last_path: String,
    /// How much damage is counted without being listed.
    unlisted: u64,
    end: StreamEnd,
}

impl<'t> Ledger<'t> {
    /// Starts the record of the input called `name`; `open` opens its nested archives.
    pub(super) fn new(
        name: &str,
        visit: Visitor<'t>,
        budget: &'t Budget,
        may_open: &'t MayOpen<'t>,
        open: OpenStream,
    ) -> Self {
        Self {
            visit,
            budget,
            may_open,
            open,
            name: name.to_owned(),
            prefix: String::new(),
            number: 0,
            depth: 0,
            dictionaries: 0,
            quota: None,
            may_run_ahead: false,
            is_stopped: false,
            last_path: String::new(),
            unlisted: 0,
            end: StreamEnd::default(),
        }
    }

    /// Lets one decoder run on its own thread if there is more than one thread.
    pub(super) fn on_threads(mut self, threads: usize) -> Self {
        self.may_run_ahead = threads > 1;
        self
    }

    /// Counts one more archive member of any kind, or says why no more are read.
    pub(super) fn admit(&mut self) -> Result<(), String> {
        self.budget.admit()
    }

    /// Does the same where no decoder reads ahead.
    pub(super) fn admit_without_read_ahead(&mut self) -> Result<(), String> {
        self.budget.admit_without_read_ahead()
    }

    /// The most members that are read.
    pub(super) fn max_entries(&self) -> u64 {
        self.budget.max_entries()
    }

    /// Whether the file at `path` may be an archive.
    pub(super) fn may_open(&self, path: &str) -> bool {
        (self.may_open)(path)
    }

    /// Whether the visitor wants more entries.
    pub(super) fn flow(&self) -> ControlFlow<()> {
        if self.is_stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Numbers the following entries from `number` on.
    pub(super) fn continue_at(&mut self, number: u64) {
        self.number = number;
    }

    /// Hands a file of the archive to the visitor, or opens it and hands out what it holds.
    ///
    /// Returns whether it was opened.
    pub(super) fn visit_file(
        &mut self,
        path: String,
        size: Option<u64>,
        body: &mut Contents<'_>,
    ) -> bool {
        let Some(path) = self.full_path(path) else { return false };
        // An error is returned again when the body is read.
        let may_be_archive = body.fill_buf().is_ok_and(|first| format::may_open(first, size));
        if may_be_archive && self.may_open(&path) {
            let stream = Stream::new("file", Box::new(body));
            let origin = StreamOrigin::of_entry(path, size);
            return (self.open)(stream, origin, self).unwrap_or(false);
        }
        self.visit_entry(Entry {
            number: 0,
            path,
            size,
            is_input: false,
            body: EntryBody::File(body),
        });
        false
    }

    /// Hands an entry that is not a file to the visitor.
    pub(super) fn visit_other(&mut self, path: String, what: &'static str) {
        let Some(path) = self.full_path(path) else { return };
        let body = EntryBody::Other(what);
        self.visit_entry(Entry { number: 0, path, size: None, is_input: false, body });
    }

    /// Hands an entry to the visitor at the next position of the stream.
    pub(super) fn visit_entry(&mut self, entry: Entry<'_>) {
        let entry = Entry { number: self.number, ..entry };
        self.number += 1;
        self.end.entries += 1;
        self.last_path.clone_from(&entry.path);
        self.is_stopped |= (self.visit)(entry).is_break();
    }

    /// Reads the archive in the entry at `path`, or the input itself if there is no path.
    pub(super) fn in_archive<R>(
        &mut self,
        path: Option<&str>,
        read: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let archives = &mut self.end.archives;
        archives.extend(path.map(str::to_owned).filter(|_| archives.len() < DAMAGE_LIMIT));
        let name = path.unwrap_or(&self.name).to_owned();
        let prefix = path.map_or_else(|| self.prefix.clone(), |path| format!("{path}/"));
        let outer = (mem::replace(&mut self.name, name), mem::replace(&mut self.prefix, prefix));
        self.depth += 1;
        let done = read(self);
        self.depth -= 1;
        (self.name, self.prefix) = outer;
        done
    }

    /// Notes that the current archive is nested too deeply.
    pub(super) fn note_nested_too_deeply(&mut self) {
        self.note_truncation(self.budget.nested_too_deeply());
    }

    /// Whether another archive or compressed stream may be opened here.
    pub(super) fn may_nest(&self) -> bool {
        self.depth < self.budget.max_nesting()
    }

    /// Reads the content of a compressed stream with the limits of its decoder.
    ///
    /// No compression stands for raw deflate.
    pub(super) fn decompressing<R>(
        &mut self,
        compression: Option<Compression>,
        read: impl FnOnce(&mut Self, DecoderLimits<'t>) -> R,
    ) -> R {
        let dictionary = DICTIONARY_LIMIT.checked_shr(3 * self.dictionaries).unwrap_or(0);
        let more = u32::from(compression.is_some_and(Compression::has_dictionary));
        let outer = self.quota.take();
        let quota =
            outer.as_ref().map_or_else(|| OutputQuota::new(self.budget), OutputQuota::nested);
        self.quota = Some(quota.clone());
        self.depth += 1;
        self.dictionaries += more;
        let done = read(self, DecoderLimits { dictionary, quota });
        self.depth -= 1;
        self.dictionaries -= more;
        self.quota = outer;
        done
    }

    /// Whether a decoder may run on its own thread; only one may at a time.
    pub(super) fn take_thread(&mut self) -> bool {
        mem::take(&mut self.may_run_ahead)
    }

    /// Returns the thread of a decoder.
    pub(super) fn return_thread(&mut self) {
        self.may_run_ahead = true;
    }

    /// Counts bytes of a body.
    pub(super) fn add_bytes_read(&mut self, bytes: u64) {
        self.end.bytes_read = self.end.bytes_read.saturating_add(bytes);
    }

    /// Notes damage to an entry of the archive.
    pub(super) fn note_damage(&mut self, path: &str, why: impl Into<String>) {
        let path = format!("{}{path}", self.prefix);
        self.note(path, why.into());
    }

    /// Notes damage to the archive itself after which no entry is missing.
    pub(super) fn note_archive_damage(&mut self, why: impl Into<String>) {
        self.note(self.name.clone(), why.into());
    }

    /// Notes damage to the archive itself after which entries may be missing.
    pub(super) fn note_truncation(&mut self, why: impl Into<String>) {
        self.end.truncated = true;
        // Beyond the limit, the truncation is recorded for the whole input.
        let is_listed = !self.prefix.is_empty() && self.end.truncated_paths.len() < DAMAGE_LIMIT;
        let path = if is_listed { self.name.clone() } else { String::new() };
        if self.end.truncated_paths.last() != Some(&path) {
            self.end.truncated_paths.push(path);
        }
        self.note_archive_damage(why);
    }

    /// Notes if a limit was reached in the body of the last entry.
    ///
    /// The body is incomplete then, and its visitor may not record that.
    pub(super) fn note_limit(&mut self, body: &Stream<'_>) {
        if body.has_reached_limit() {
            let name = describe::name(self.last_path.as_bytes());
            self.note_truncation(body.explain_failure(&format!("in entry {name}")));
        }
    }

    /// Ends the record.
    pub(super) fn finish(mut self) -> StreamEnd {
        if self.unlisted > 0 {
            let why = format!("{} more parts could not be read", self.unlisted);
            self.end.damage.push(Damage { path: self.name, why });
        }
        self.end
    }

    fn note(&mut self, path: String, why: String) {
        if self.end.damage.len() < DAMAGE_LIMIT {
            self.end.damage.push(Damage { path, why });
        } else {
            self.unlisted += 1;
        }
    }

    /// The path of an entry from the top of the input; none, and damage, if it is too long.
    fn full_path(&mut self, path: String) -> Option<String> {
        if self.prefix.is_empty() {
            return Some(path);
        }
        if self.prefix.len() + path.len() > NAME_LIMIT {
            let shown = describe::name(format!("{}{path}", self.prefix).as_bytes());
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
    fn damage_beyond_the_limit_is_counted_but_not_listed() {
        let budget = Budget::default();
        let visit = Box::new(|_: Entry<'_>| ControlFlow::Continue(()));
        let mut ledger = Ledger::new("big.tar", visit, &budget, &|_| true, |_, _, _| Ok(false));
        for _ in 0..DAMAGE_LIMIT + 7 {
            ledger.note_damage("a", "b");
        }
        let end = ledger.finish();
        assert_eq!(end.damage.len(), DAMAGE_LIMIT + 1);
        let last = end.damage.last().unwrap();
        assert_eq!(
            (last.path.as_str(), last.why.as_str()),
            ("big.tar", "7 more parts could not be read")
        );
        assert!(!end.truncated);
    }
}
