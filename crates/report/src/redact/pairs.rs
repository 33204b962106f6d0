//! Secrets by what they are called: `password: x`, `"token":"x"`, `--client-secret=x`, and
//! variables of an environment.

use super::extent::{self, Form, Key};
use super::names::{self, Class};
use super::{Hit, Kind, encoded, plain};

/// Finds the values of names that say they are secret.
pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    let mut done = 0;
    let mut names_variable = false;
    let holds_secret = holds_secret(text);
    let separators = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b':' | b'='));
    for (at, separator) in separators {
        let Some(key) = Key::before(text, at).filter(|key| key.start >= done) else { continue };
        // Operators keep in such annotations which version of a Secret a workload has.
        if key.name.starts_with("operator.openshift.io/dep-") {
            continue;
        }
        // `quay.io/team/token:v1` is an image.
        if separator == b':'
            && key.name.contains('/')
            && text.as_bytes().get(at + 1).is_some_and(|&b| b.is_ascii_alphanumeric())
        {
            continue;
        }
        let is_called = |name: &str| key.name.eq_ignore_ascii_case(name);
        let is_value = std::mem::take(&mut names_variable) && is_called("value");
        if is_called("name") || is_called("key") {
            let named = key.value(text).and_then(|value| text.get(value.range));
            names_variable =
                named.is_some_and(|name| name.len() < 256 && names::is_of_a_secret(name));
            continue;
        }
        let class = match names::class(key.name) {
            None if is_value => Class::Variable,
            None if holds_secret && is_called("data") => Class::SecretData,
            Some(class) => class,
            None => continue,
        };
        if let Some(hit) = value(text, &key, class) {
            done = hit.range.end;
            hits.push(hit);
        }
    }
}

fn value(text: &str, key: &Key<'_>, class: Class) -> Option<Hit> {
    let of = |range| Some(Hit { range, kind: class.kind() });
    match class {
        Class::SecretData => return of(below(text, key)?),
        Class::Authorization | Class::Cookie => {
            let range = extent::rest_of_line(text, key.separator + 1);
            let words = text.get(range.clone())?;
            return is_header(class, words).then_some(()).and_then(|()| of(range));
        }
        _ => {}
    }
    let value = key.value(text)?;
    let words = text.get(value.range.clone())?;
    if plain::is_stand_in(words) {
        return None;
    }
    let is_secret = match (class, value.form) {
        (Class::Certain(_), Form::Nested | Form::Below) => true,
        (_, Form::Nested) | (Class::Ambiguous(_), Form::Below) => false,
        (Class::Certain(Kind::Password), Form::Said { is_last }) => {
            plain::is_password(words, is_last)
        }
        (Class::Certain(_), Form::Said { .. }) => plain::is_token(words),
        (Class::Certain(Kind::Password | Kind::Credentials | Kind::PasswordHash), Form::Whole) => {
            !plain::is_path(words) && !is_bare_tag(text, key, words)
        }
        (Class::Certain(_), Form::Whole) => {
            !plain::is_path(words) && !is_small_number(words) && !is_bare_tag(text, key, words)
        }
        (Class::Variable, _) => !plain::is_path(words),
        (Class::Ambiguous(_), _) => {
            // Names of several objects stand in a row.
            let apart = |c: char| c.is_whitespace() || ",&[](){}'\"\\<>;".contains(c);
            words.contains("auths") || words.split(apart).any(plain::is_random)
        }
        (Class::UserAndPassword, _) => encoded::is_user_and_password(words),
        (Class::Signature, _) => matches!(key.before, b'?' | b'&') && words.len() >= 20,
        (Class::SecretData | Class::Authorization | Class::Cookie, _) => true,
    };
    is_secret.then_some(()).and_then(|()| of(value.range))
}

/// What belongs to `data` of a Secret.
fn below(text: &str, key: &Key<'_>) -> Option<std::ops::Range<usize>> {
    let rest = text.get(key.separator + 1..)?;
    let at = key.separator + 1 + rest.len() - rest.trim_start_matches(' ').len();
    let inside = if text.get(at..)?.starts_with('{') {
        extent::brackets(text, at)
    } else if key.begins_line {
        key.below(text)
    } else {
        None
    };
    Some(inside?.range)
}

/// Whether a text holds an object that says it is a Secret.
fn holds_secret(text: &str) -> bool {
    text.match_indices("Secret").any(|(at, word)| {
        let behind = text.get(at + word.len()..).unwrap_or_default();
        let before = text.get(at.saturating_sub(24)..at).unwrap_or_default();
        let kind = before.trim_end_matches(['"', '\'', '\\', ' ', ':']);
        let is_all = !behind.starts_with(|c: char| c.is_ascii_alphanumeric());
        kind.ends_with("kind") && kind.len() < before.len() && is_all
    })
}

fn is_header(class: Class, words: &str) -> bool {
    let (scheme, rest) = words.split_once(' ').unwrap_or((words, ""));
    if class == Class::Cookie {
        return words.contains('=');
    }
    let schemes = ["bearer", "basic", "digest", "token", "negotiate", "apikey", "aws4-hmac-sha256"];
    let has_scheme = schemes.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (has_scheme && rest.split(' ').next().is_some_and(|word| plain::is_password(word, true)))
        || plain::is_random(scheme)
}

/// Whether `word:value` within a line is a version behind a name rather than a secret.
fn is_bare_tag(text: &str, key: &Key<'_>, words: &str) -> bool {
    let is_joined = text.get(key.separator + 1..).is_some_and(|rest| rest.starts_with(words));
    let is_colon = text.as_bytes().get(key.separator) == Some(&b':');
    is_joined && is_colon && (plain::is_number(words) && words.contains('.') || key.before == b'/')
}

fn is_small_number(words: &str) -> bool {
    let words = words.trim_end_matches(',');
    words.len() <= 6 && words.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
