//! What is secret in a text, and the text without it.
//!
//! Nothing is ever cut out unsaid: a marker takes its place and names the kind of thing that stood
//! there. Every pass is linear in the text. What names an object (a Secret's name, a digest, a uid,
//! a revision) is no secret: a report that hides its own evidence is worth nothing.

mod encoded;
mod extent;
mod key_blocks;
mod names;
mod pairs;
mod plain;
mod shapes;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

/// The kinds of things that are taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Credentials,
    EmbeddedFile,
    EnvironmentVariable,
    Key,
    Password,
    PasswordHash,
    PrivateKey,
    Secret,
    SecretData,
    SshKey,
    Token,
}

impl Kind {
    /// What is shown in its place.
    pub(crate) const fn marker(self) -> &'static str {
        match self {
            Self::Credentials => "<redacted: credentials>",
            Self::EmbeddedFile => "<redacted: embedded file>",
            Self::EnvironmentVariable => "<redacted: environment variable>",
            Self::Key => "<redacted: key>",
            Self::Password => "<redacted: password>",
            Self::PasswordHash => "<redacted: password hash>",
            Self::PrivateKey => "<redacted: private key>",
            Self::Secret => "<redacted: secret>",
            Self::SecretData => "<redacted: Secret data>",
            Self::SshKey => "<redacted: SSH key>",
            Self::Token => "<redacted: token>",
        }
    }
}

/// A part of a text that is secret. It never spans a line end, so that lines keep their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) range: Range<usize>,
    pub(crate) kind: Kind,
}

/// The text with a marker for each secret in it.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    let hits = find(text);
    if hits.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut copied = 0;
    for hit in hits {
        clean.push_str(text.get(copied..hit.range.start).unwrap_or_default());
        clean.push_str(hit.kind.marker());
        copied = hit.range.end;
    }
    clean.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(clean)
}

/// What is secret in a text, in its order.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    find_within(text, 0)
}

/// The same for a text that was unwrapped from so many encodings.
fn find_within(text: &str, depth: usize) -> Vec<Hit> {
    let mut hits = Vec::new();
    key_blocks::find(text, &mut hits);
    shapes::find(text, &mut hits);
    pairs::find(text, &mut hits);
    encoded::find(text, depth, &mut hits);
    one_by_one(text, hits)
}

/// The hits in order, those that overlap as one, none across a line end.
fn one_by_one(text: &str, mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
    let mut united: Vec<Hit> = Vec::new();
    for hit in hits.into_iter().filter(|hit| !hit.range.is_empty()) {
        match united.last_mut() {
            Some(last) if hit.range.start < last.range.end => {
                last.range.end = last.range.end.max(hit.range.end);
            }
            _ => united.push(hit),
        }
    }
    let mut split = Vec::new();
    for Hit { range, kind } in united {
        let mut at = range.start;
        for line in text.get(range).unwrap_or_default().split_inclusive('\n') {
            let start = at + line.len() - line.trim_start().len();
            let end = at + line.trim_end().len();
            if start < end {
                split.push(Hit { range: start..end, kind });
            }
            at += line.len();
        }
    }
    split
}
