//! Finds every secret of a text, and redacts them.

use std::borrow::Cow;

use super::kind::SecretSpan;
use super::{encoded, key_blocks, pairs, patterns};

/// The text with a marker in place of each secret.
pub fn redact(text: &str) -> Cow<'_, str> {
    let secrets = find(text);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut copied = 0;
    for secret in secrets {
        clean.push_str(text.get(copied..secret.range.start).unwrap_or_default());
        clean.push_str(secret.kind.marker());
        copied = secret.range.end;
    }
    clean.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(clean)
}

/// The secrets of a text, in order.
pub fn find(text: &str) -> Vec<SecretSpan> {
    find_within(text, 0)
}

/// The secrets of a text that was decoded from so many nested encodings.
fn find_within(text: &str, encodings: usize) -> Vec<SecretSpan> {
    let mut secrets = Vec::new();
    key_blocks::find(text, &mut secrets);
    patterns::find(text, &mut secrets);
    pairs::find(text, &mut secrets);
    if encodings < encoded::MOST_ENCODINGS {
        let first_kind =
            |inside: &str| find_within(inside, encodings + 1).first().map(|secret| secret.kind);
        encoded::find(text, &first_kind, &mut secrets);
    }
    merge(text, secrets)
}

/// The spans in order, overlapping ones merged, none across a line end.
fn merge(text: &str, mut secrets: Vec<SecretSpan>) -> Vec<SecretSpan> {
    secrets.sort_by_key(|secret| (secret.range.start, std::cmp::Reverse(secret.range.end)));
    let mut merged: Vec<SecretSpan> = Vec::new();
    for secret in secrets.into_iter().filter(|secret| !secret.range.is_empty()) {
        match merged.last_mut() {
            Some(last) if secret.range.start < last.range.end => {
                last.range.end = last.range.end.max(secret.range.end);
            }
            _ => merged.push(secret),
        }
    }
    let mut split = Vec::new();
    for SecretSpan { range, kind } in merged {
        let mut at = range.start;
        for line in text.get(range).unwrap_or_default().split_inclusive('\n') {
            let start = at + line.len() - line.trim_start().len();
            let end = at + line.trim_end().len();
            if start < end {
                split.push(SecretSpan { range: start..end, kind });
            }
            at += line.len();
        }
    }
    split
}
