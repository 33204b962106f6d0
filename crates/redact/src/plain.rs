//! The form of a value: a harmless word, the name of an object, or a random string.

/// First folders of paths.
const TOPS: [&str; 25] = [
    "etc",
    "var",
    "run",
    "tmp",
    "mnt",
    "opt",
    "usr",
    "home",
    "root",
    "data",
    "config",
    "secret",
    "secrets",
    "credentials",
    "cert",
    "certs",
    "host",
    "proc",
    "sys",
    "srv",
    "dev",
    "app",
    "tls",
    "keys",
    "token",
];
/// Words in place of a secret that state that it is absent, or what is wrong with it.
const STAND_INS: [&str; 34] = [
    "null",
    "nil",
    "none",
    "true",
    "false",
    "unset",
    "unknown",
    "redacted",
    "hidden",
    "omitted",
    "required",
    "invalid",
    "missing",
    "expired",
    "empty",
    "wrong",
    "incorrect",
    "mismatch",
    "denied",
    "changed",
    "is",
    "are",
    "was",
    "must",
    "not",
    "has",
    "and",
    "or",
    "flag",
    "flags",
    "option",
    "argument",
    "with",
    "for",
];

/// Whether a value is a stand-in: empty, a word such as `null`, a placeholder, a reference to a
/// variable, or the marker of another redaction.
pub(super) fn is_stand_in(value: &str) -> bool {
    let value = value.trim_matches(|c: char| matches!(c, '"' | '\'' | '`' | ' ' | '.' | ',' | '~'));
    let lower = value.to_ascii_lowercase();
    let is_variable = value.strip_prefix('$').is_some_and(|name| {
        let inside = name.strip_prefix('(').and_then(|name| name.strip_suffix(')'));
        let inside = inside.or_else(|| name.strip_prefix('{')?.strip_suffix('}')).unwrap_or(name);
        !inside.is_empty()
            && inside.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    });
    value.is_empty()
        || is_variable
        || value.starts_with('<')
        || value.starts_with("{{")
        || value.bytes().all(|byte| matches!(byte, b'*' | b'x' | b'X' | b'.' | b'-' | b'\\'))
        || value.starts_with("***")
        || STAND_INS.contains(&lower.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
}

/// Whether a value is the path of a file.
pub(super) fn is_path(value: &str) -> bool {
    let value = value.strip_prefix("file://").unwrap_or(value);
    let top = value.strip_prefix('/').and_then(|path| path.split('/').next());
    let end = value.rsplit('.').next().unwrap_or_default();
    let is_file = matches!(end, "key" | "pem" | "crt" | "json" | "yaml" | "yml" | "conf" | "txt");
    top.is_some_and(|top| TOPS.contains(&top) || top.starts_with("kube"))
        || (is_file && is_name(value))
}

/// Whether a value is written like an object name or a word: `router-certs-default`, `Opaque`.
pub(super) fn is_name(value: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let fits = |byte: u8| is_part(byte) || matches!(byte, b'-' | b'.' | b'/' | b'_' | b':');
    let is_word = value.len() < 24 && value.bytes().all(|byte| byte.is_ascii_alphabetic());
    let longest = value.split(['-', '.', '/', '_', ':']).map(mixed_length).max().unwrap_or(0);
    is_word || (value.bytes().all(fits) && longest < 24 && !is_random_string(value))
}

/// The length of a part of a name, if it mixes letters and digits.
fn mixed_length(part: &str) -> usize {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 || digits == part.len() { 0 } else { part.len() }
}

fn is_random_string(value: &str) -> bool {
    let is_one = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_one && value.len() >= 16 && mixed_length(value) > 0
}

/// Whether a word looks random: letters and digits mixed, and neither a name nor a number.
pub(super) fn is_random(as_str: &str) -> bool {
    let letters = as_str.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = as_str.bytes().filter(u8::is_ascii_digit).count();
    let cases = as_str
        .as_bytes()
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_uppercase() != b.is_ascii_uppercase()));
    let is_mixed =
        (letters > 0 && digits > 0) || (as_str.len() >= 20 && cases.count() * 3 > letters);
    as_str.len() >= 8
        && is_mixed
        && !as_str.ends_with(':')
        && !as_str.contains("://")
        && !is_path(as_str)
        && !is_name(as_str)
        && !is_number(as_str)
        && !is_uid(as_str)
}

/// Whether a word after `token:` in a sentence is a token.
pub(super) fn is_token(as_str: &str) -> bool {
    let is_one = as_str.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_random(as_str) || (is_one && mixed_length(as_str) >= 8 && !is_number(as_str))
}

/// Whether a word is a number, a version, an address, a time or a duration.
pub(super) fn is_number(as_str: &str) -> bool {
    let letters = as_str.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = as_str.bytes().filter(u8::is_ascii_digit).count();
    let begins = as_str.trim_start_matches(['v', 'V', '-', '+', '[', '(']);
    letters == 0
        || (letters <= 3
            && digits > 0
            && begins.starts_with(|c: char| c.is_ascii_digit())
            && as_str.contains(['.', ':', '-']))
        || (begins.starts_with(|c: char| c.is_ascii_digit())
            && as_str.bytes().all(|b| b.is_ascii_digit() || b"hmsuin.%KMGTi".contains(&b)))
}

/// Whether a word is a uid.
fn is_uid(as_str: &str) -> bool {
    let parts: Vec<_> = as_str.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && as_str.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

/// Whether a word after `password:` in a sentence is a password.
pub(super) fn is_password(as_str: &str, is_last: bool) -> bool {
    if as_str.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return is_last && as_str.len() >= 4;
    }
    as_str.len() >= 4
        && !as_str.ends_with(':')
        && !as_str.contains("://")
        && !is_path(as_str)
        && !is_number(as_str)
}
