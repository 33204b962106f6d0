//! Secrets by their names: `password: x`, `"token":"x"`, `--client-secret=x`, and environment
//! variables.

use std::ops::Range;

use super::kind::{SecretKind, SecretSpan};
use super::names::{self, NameClass};
use super::value_span::{self, NamedKey, ValueForm};
use super::{encoded, plain};

/// Finds the values of names that announce a secret.
pub(super) fn find(text: &str, secrets: &mut Vec<SecretSpan>) {
    let mut done = 0;
    // What a `name` has announced of the `value` that follows.
    let mut announced = None;
    let holds_secret = holds_secret(text);
    let separators = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b':' | b'='));
    for (at, separator) in separators {
        let Some(key) = NamedKey::before(text, at).filter(|key| key.start >= done) else {
            continue;
        };
        // Such annotations record the version of a Secret that a workload uses.
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
        let of_value = announced.take().filter(|_| is_called("value"));
        if is_called("name") || is_called("key") {
            let named = key.value(text).and_then(|value| text.get(value.range));
            announced = named.filter(|name| name.len() < 256).and_then(of_variable);
            continue;
        }
        let class = match names::class(key.name).or(of_value) {
            None if holds_secret && is_called("data") => NameClass::SecretData,
            Some(class) => class,
            None => continue,
        };
        if let Some(secret) = value(text, &key, class) {
            done = secret.range.end;
            secrets.push(secret);
        }
    }
}

/// What the name of a variable reveals about its value.
fn of_variable(name: &str) -> Option<NameClass> {
    if names::is_of_a_secret(name) {
        return Some(NameClass::Variable);
    }
    names::class(name).filter(|class| *class == NameClass::ProxyUrl)
}

fn value(text: &str, key: &NamedKey<'_>, class: NameClass) -> Option<SecretSpan> {
    let secret = |range| Some(SecretSpan { range, kind: class.kind() });
    match class {
        NameClass::SecretData => return secret(below(text, key)?),
        NameClass::Authorization | NameClass::Cookie => {
            let range = value_span::rest_of_line(text, key.separator + 1);
            let words = text.get(range.clone())?;
            return is_header(class, words).then_some(()).and_then(|()| secret(range));
        }
        _ => {}
    }
    let value = key.value(text)?;
    let words = text.get(value.range.clone())?;
    if class == NameClass::ProxyUrl {
        let user = user_of_url(words)?;
        return secret(value.range.start + user.start..value.range.start + user.end);
    }
    if plain::is_stand_in(words) {
        return None;
    }
    let is_secret = match (class, value.form) {
        (NameClass::Certain(_), ValueForm::Nested | ValueForm::Below) => true,
        (_, ValueForm::Nested) | (NameClass::Ambiguous(_), ValueForm::Below) => false,
        (NameClass::Certain(SecretKind::Password), ValueForm::InSentence { is_last }) => {
            plain::is_password(words, is_last)
        }
        (NameClass::Certain(_), ValueForm::InSentence { .. }) => plain::is_token(words),
        (
            NameClass::Certain(
                SecretKind::Password | SecretKind::Credentials | SecretKind::PasswordHash,
            ),
            ValueForm::Complete,
        ) => !plain::is_path(words) && !is_image_tag(text, key, words),
        (NameClass::Certain(_), ValueForm::Complete) => {
            !plain::is_path(words) && !is_small_number(words) && !is_image_tag(text, key, words)
        }
        (NameClass::Variable, _) => !plain::is_path(words),
        (NameClass::Ambiguous(_), _) => {
            // A list of object names.
            let apart = |c: char| c.is_whitespace() || ",&[](){}'\"\\<>;".contains(c);
            words.contains("auths") || words.split(apart).any(plain::is_random)
        }
        (NameClass::UserAndPassword, _) => encoded::is_user_and_password(words),
        (NameClass::Signature, _) => matches!(key.before, b'?' | b'&') && words.len() >= 20,
        (
            NameClass::SecretData
            | NameClass::Authorization
            | NameClass::Cookie
            | NameClass::ProxyUrl,
            _,
        ) => true,
    };
    is_secret.then_some(()).and_then(|()| secret(value.range))
}

/// The user and password in the URL of a proxy. A password that is not percent-encoded may contain any
/// character, so the last `@` ends it; the scheme may be missing.
fn user_of_url(url: &str) -> Option<Range<usize>> {
    let url = url.lines().next().unwrap_or_default();
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.rfind('@').filter(|end| *end > start)?;
    Some(start..end)
}

/// The range of the `data` of a Secret.
fn below(text: &str, key: &NamedKey<'_>) -> Option<Range<usize>> {
    let rest = text.get(key.separator + 1..)?;
    let at = key.separator + 1 + rest.len() - rest.trim_start_matches(' ').len();
    let inside = if text.get(at..)?.starts_with('{') {
        value_span::brackets(text, at)
    } else if key.begins_line {
        key.below(text)
    } else {
        None
    };
    Some(inside?.range)
}

/// Whether a text holds an object of kind Secret.
fn holds_secret(text: &str) -> bool {
    text.match_indices("Secret").any(|(at, as_str)| {
        let behind = text.get(at + as_str.len()..).unwrap_or_default();
        let before = text.get(at.saturating_sub(24)..at).unwrap_or_default();
        let kind = before.trim_end_matches(['"', '\'', '\\', ' ', ':']);
        let is_all = !behind.starts_with(|c: char| c.is_ascii_alphanumeric());
        kind.ends_with("kind") && kind.len() < before.len() && is_all
    })
}

fn is_header(class: NameClass, words: &str) -> bool {
    let (scheme, rest) = words.split_once(' ').unwrap_or((words, ""));
    if class == NameClass::Cookie {
        return words.contains('=');
    }
    let schemes = ["bearer", "basic", "digest", "token", "negotiate", "apikey", "aws4-hmac-sha256"];
    let has_scheme = schemes.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (has_scheme && rest.split(' ').next().is_some_and(|as_str| plain::is_password(as_str, true)))
        || plain::is_random(scheme)
}

/// Whether `as_str:value` within a line is an image with its tag rather than a secret.
fn is_image_tag(text: &str, key: &NamedKey<'_>, words: &str) -> bool {
    let is_joined = text.get(key.separator + 1..).is_some_and(|rest| rest.starts_with(words));
    let is_colon = text.as_bytes().get(key.separator) == Some(&b':');
    is_joined && is_colon && (plain::is_number(words) && words.contains('.') || key.before == b'/')
}

fn is_small_number(words: &str) -> bool {
    let words = words.trim_end_matches(',');
    words.len() <= 6 && words.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
