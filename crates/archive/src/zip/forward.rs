//! A zip met in a stream, read entry by entry as they come.
//!
//! What stands in front of an entry may leave its length to a descriptor behind it. Deflated bytes say
//! themselves where they end.

use std::fmt;
use std::io::{self, BufReader};
use std::ops::ControlFlow::{self, Break, Continue};

use super::super::budget::MET;
use super::super::decode::Decoder;
use super::super::ledger::Ledger;
use super::super::stream::{Part, Stream, stops};
use super::super::words;
use super::body::{ALTERED, Checked, Claim, Method};
use super::local::{Descriptor, Local};
use super::member::Member;
use super::sought::Sought;
use crate::limits::{BUFFER, TAIL_LIMIT};

/// Hands out every entry of the zip in `stream`.
pub(in super::super) fn walk(stream: &mut Stream<'_>, ledger: &mut Ledger<'_>) {
    let mut walk = Walk { stream, ledger, place: Place::Start };
    // Both outcomes have been written into the tally.
    let _ = walk.run();
}

struct Walk<'w, 's, 't> {
    stream: &'w mut Stream<'s>,
    ledger: &'w mut Ledger<'t>,
    place: Place,
}

/// Where a walk is, for a complaint.
enum Place {
    Start,
    In(Vec<u8>),
    After(Vec<u8>),
}

impl Walk<'_, '_, '_> {
    fn run(&mut self) -> ControlFlow<()> {
        let mut is_long = false;
        loop {
            let mut mark = [0; 4];
            self.fill(&mut mark)?;
            match &mark {
                b"PK\x03\x04" => {}
                b"PK\x01\x02" | b"PK\x05\x06" | b"PK\x06\x06" => return self.finish(),
                // An archive in one part may be marked as one of several.
                b"PK\x07\x08" if matches!(self.place, Place::Start) => continue,
                // What is said behind an entry was said in front of it already.
                b"PK\x07\x08" => {
                    self.skip(Descriptor::rest(is_long))?;
                    continue;
                }
                _ => {
                    let place = &self.place;
                    let why = format!("what follows {place} is no entry: the rest is not read");
                    self.ledger.cut(why);
                    return Break(());
                }
            }
            let mut fixed = [0; Local::FIXED];
            self.fill(&mut fixed)?;
            let (name, extra) = Local::lengths(&fixed);
            let mut name = vec![0; name];
            self.fill(&mut name)?;
            let mut extra = vec![0; extra];
            self.fill(&mut extra)?;
            if let Err(why) = self.ledger.admit() {
                self.ledger.cut(why);
                return Break(());
            }
            let local = Local::new(&fixed, &extra);
            is_long = local.is_long;
            self.place = Place::In(name.clone());
            self.entry(&name, &local)?;
            self.ledger.flow()?;
            self.place = Place::After(name);
        }
    }

    fn entry(&mut self, name: &[u8], local: &Local) -> ControlFlow<()> {
        let member = local.claims(name).judge();
        if local.has_length() {
            let packed = local.packed;
            return match member {
                Ok(Member::File(path, method)) => self.file(path, method, local),
                Ok(Member::Directory | Member::Link(_)) => self.skip(packed),
                Err(why) => {
                    self.ledger.damage(&words::of_name(name), why);
                    self.skip(packed)
                }
            };
        }
        let why = match member {
            Ok(Member::File(path, Method::Deflated)) => {
                return self.described_behind(Some(path), local);
            }
            Ok(Member::File(path, Method::Stored)) => return self.sought(path),
            Ok(Member::Directory) if local.method == 0 => return Continue(()),
            Ok(Member::Directory) if local.method == 8 => {
                return self.described_behind(None, local);
            }
            Ok(_) => "its length is not known".to_owned(),
            Err(why) if local.method == 8 && !local.is_encrypted => {
                self.ledger.damage(&words::of_name(name), why);
                return self.described_behind(None, local);
            }
            Err(why) => why,
        };
        self.ledger.damage(&words::of_name(name), why);
        self.ledger.cut(format!("it cannot be read on {}: the rest is not read", self.place));
        Break(())
    }

    fn file(&mut self, path: String, method: Method, local: &Local) -> ControlFlow<()> {
        let Local { claim, packed, .. } = *local;
        let mut part = Part::new(self.stream, packed);
        method.hand_out(path, claim, &mut part, self.ledger);
        let left = part.left();
        let is_broken = part.is_broken();
        if self.ledger.flow().is_break() && !is_broken {
            return Break(());
        }
        self.skip(left)
    }

    /// Reads a deflated entry whose length stands behind it; without a path only to its end.
    fn described_behind(&mut self, path: Option<String>, local: &Local) -> ControlFlow<()> {
        let shown = path.clone();
        let stream = &mut *self.stream;
        let (ended, seen, packed) = self.ledger.unpacking(None, |ledger, allowed| {
            let decoder = Decoder::deflate(stream, allowed);
            let mut bytes = Checked::new(decoder, None);
            if let Some(path) = path {
                let mut body =
                    Stream::new("zip", Box::new(BufReader::with_capacity(BUFFER, &mut bytes)));
                if !ledger.file(path, None, &mut body) {
                    ledger.passed(body.passed());
                }
            }
            let ended = match ledger.flow() {
                Continue(()) => io::copy(&mut bytes, &mut io::sink()).map(|_| ()),
                Break(()) => Ok(()),
            };
            (ended, bytes.seen(), bytes.inner().deflated())
        });
        if let Err(error) = ended {
            if self.stream.has_failed() || error.kind() == io::ErrorKind::UnexpectedEof {
                return self.break_off();
            }
            let why = words::of_error(&error);
            let why = match error.kind() {
                MET => stops(&why, &self.place.to_string()),
                _ => format!("it is damaged {}: {why}", self.place),
            };
            self.ledger.cut(why);
            return Break(());
        }
        self.ledger.flow()?;
        let packed = packed.unwrap_or(0);
        let claim = self.descriptor(seen, packed, local.is_long)?;
        if claim != seen
            && let Some(path) = shown
        {
            self.ledger.damage(&path, ALTERED);
        }
        Continue(())
    }

    /// Reads a stored entry whose length stands behind it.
    fn sought(&mut self, path: String) -> ControlFlow<()> {
        let mut bytes = Sought::new(self.stream);
        let body = BufReader::with_capacity(BUFFER, &mut bytes);
        let mut body = Stream::new("zip", Box::new(body));
        if !self.ledger.file(path, None, &mut body) {
            self.ledger.passed(body.passed());
        }
        drop(body);
        self.ledger.flow()?;
        match io::copy(&mut bytes, &mut io::sink()) {
            Ok(_) => Continue(()),
            Err(_) => self.break_off(),
        }
    }

    /// Reads what stands behind an entry of which so much was seen.
    fn descriptor(&mut self, seen: Claim, packed: u64, is_long: bool) -> ControlFlow<(), Claim> {
        let mut word = [0; 4];
        self.fill(&mut word)?;
        // The mark in front of it may be left out.
        if word == *b"PK\x07\x08" {
            self.fill(&mut word)?;
        }
        let crc = u32::from_le_bytes(word);
        let mut short = [0; 8];
        self.fill(&mut short)?;
        let descriptor = Descriptor { crc, sizes: short };
        if !is_long && descriptor.is_short(seen.size, packed) {
            return Continue(descriptor.short(seen.size));
        }
        let mut rest = [0; 8];
        self.fill(&mut rest)?;
        Continue(Claim { crc, size: u64::from_le_bytes(rest) })
    }

    /// Reads on behind the last entry, where the checksum of a compression stands.
    fn finish(&mut self) -> ControlFlow<()> {
        self.stream.skip(TAIL_LIMIT);
        if self.stream.has_failed() {
            self.ledger.scratch(self.stream.complain("after its last entry"));
        }
        Break(())
    }

    fn fill(&mut self, into: &mut [u8]) -> ControlFlow<()> {
        if self.stream.fill(into) < into.len() { self.break_off() } else { Continue(()) }
    }

    fn skip(&mut self, bytes: u64) -> ControlFlow<()> {
        if self.stream.skip(bytes) < bytes { self.break_off() } else { Continue(()) }
    }

    fn break_off(&mut self) -> ControlFlow<()> {
        self.ledger.cut(self.stream.complain(&self.place.to_string()));
        Break(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("before its first entry"),
            Self::In(name) => write!(f, "in entry {}", words::of_name(name)),
            Self::After(name) => write!(f, "after entry {}", words::of_name(name)),
        }
    }
}
