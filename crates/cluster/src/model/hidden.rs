//! Values that were hidden before the archive was shared.
//!
//! A mask is not a value: two masks that are equal say nothing about the values behind them. So a
//! rule that compares values asks for a [`Visible`] one, which is known, absent or [`Masked`]. A
//! pseudonym is different: the same value always gets the same one, so pseudonyms can be compared
//! with each other, but not with a network or a real value.
//!
//! Sources: openshift/must-gather-clean `pkg/obfuscator`, kubernetes-sigs/prow
//! `pkg/secretutil/censor.go`, openshift/insights-operator `pkg/utils/anonymize` and
//! `pkg/anonymization`, openshift/oc `pkg/cli/admin/inspect` (`proxy.go`, `secret.go`),
//! replicatedhq/troubleshoot `pkg/redact`.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;

/// A value that is known, absent (None) or masked.
pub type Visible<T> = Result<Option<T>, Masked>;

/// A value that was hidden before the archive was shared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Masked {
    /// The field: `status.addresses`.
    pub path: String,
    /// The object or file that has it: `Node/a`.
    pub what: String,
}

impl Masked {
    /// The field at `path` of an object or a file.
    pub fn new(what: impl fmt::Display, path: &[&str]) -> Self {
        Self { path: path.join("."), what: what.to_string() }
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} is masked", self.path, self.what)
    }
}

/// The fewest letters X, in capitals, that are a mask: continuous integration writes as many as the
/// value has letters.
const CAPITALS: usize = 4;
/// The fewest letters x that are a mask as a part of a value between signs.
const SMALL_PART: usize = 6;
/// The fewest letters x that are a mask if nothing but signs stands between them.
const SMALL: usize = 4;
/// The fewest zeros that are a mask: continuous integration writes them for numbers.
const ZEROS: usize = 8;
/// The fewest signs such as `*` that are a mask.
const SIGNS: usize = 3;
/// Signs that cover a value.
const COVERS: [char; 4] = ['*', '\u{2022}', '\u{25cf}', '\u{2588}'];
/// Words that stand in place of a value, alone or as a part between signs.
const WORDS: [&str; 3] = ["redacted", "censored", "anonymized"];
/// Words that do so only in brackets.
const BRACKETED: [&str; 8] =
    ["redacted", "hidden", "masked", "removed", "omitted", "censored", "sanitized", "sensitive"];
/// What must-gather-clean writes for every value of a kind.
const STATIC: [&str; 6] = [
    "obfuscated.com",
    "obfuscated-subscription",
    "obfuscated-resourcegroup",
    "obfuscated-resource-name",
    "obfuscated-subresource-name",
    "x-obfuscated-clusterid-aaaaaaa-x",
];
/// What must-gather-clean writes for every address.
const STATIC_ADDRESSES: [&str; 2] = ["xxx.xxx.xxx.xxx", "xxxx:xxxx:"];

/// The pseudonyms of must-gather-clean, in all its releases, and of the Insights Operator.
static PSEUDONYM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PSEUDONYMS).ok());
const PSEUDONYMS: &str = concat!(
    r"(?-u:\b)x-(?:(?:ipv4|ipv6|mac|obfuscated-clusterid)-)?[0-9]{6,10}-x(?-u:\b)",
    r"|(?-u:\b)x{13}-ipv6-[0-9]{6}-x{13}(?-u:\b)",
    r"|(?-u:\b)domain[0-9]{7,10}(?-u:\b)",
    "|<CLUSTER_(?:BASE_DOMAIN|DOMAIN_HOST)>",
);

/// Whether a value, or a part of it, was replaced by a mask. It is meant for values that rules
/// compare (names, hosts, images, uids), not for prose.
pub fn is_masked(value: &str) -> bool {
    let value = value.trim();
    match &*PSEUDONYM {
        Some(pseudonym) if pseudonym.is_match(value) => {
            holds_mask(&pseudonym.replace_all(value, "|"))
        }
        _ => holds_mask(value) || decoded(value).is_some_and(|inside| holds_mask(&inside)),
    }
}

/// Whether a value holds a pseudonym: the same for the same value everywhere in the archive.
pub fn is_pseudonym(value: &str) -> bool {
    PSEUDONYM.as_ref().is_some_and(|pseudonym| pseudonym.is_match(value))
}

/// Whether an address, with or without its port or network, was masked: by signs, or by an address
/// that no other machine can reach (loopback, unspecified, link-local, documentation).
pub fn is_masked_address(value: &str) -> bool {
    let value = value.trim();
    match address(value) {
        Some(address) => is_placeholder(address),
        None => is_masked(value) || is_covered_address(value),
    }
}

/// Whether must-gather-clean replaced an address, by whichever method.
pub(crate) fn is_replaced_address(value: &str) -> bool {
    is_pseudonym(value) || STATIC_ADDRESSES.iter().any(|mask| value.contains(mask))
}

fn holds_mask(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    is_covered(value)
        || is_zeroed(value)
        || holds_run(value, SIGNS, |c| COVERS.contains(&c))
        || holds_run(value, CAPITALS, |c| c == 'X')
        || parts(value).any(|part| part.len() >= SMALL_PART && is_all_x(part))
        || parts(&lower).any(|part| WORDS.contains(&part))
        || BRACKETED.iter().any(|word| holds_in_brackets(&lower, word))
        || STATIC.iter().any(|mask| lower.contains(mask))
        || is_length(value)
}

/// Whether a value consists of the letter x and signs: `xx:xx:xx:xx`, `xxxxx://xxx.xxxx:xxx`.
fn is_covered(value: &str) -> bool {
    let letters = || value.chars().filter(char::is_ascii_alphanumeric);
    let longest = parts(value).map(str::len).max().unwrap_or(0);
    value.is_ascii() && letters().count() >= SMALL && longest >= 2 && letters().all(|c| c == 'x')
}

/// Whether a value consists of zeros and signs that separate them: a uid or a hardware address.
fn is_zeroed(value: &str) -> bool {
    let zeros = value.bytes().filter(|b| *b == b'0').count();
    zeros >= ZEROS && value.bytes().all(|b| matches!(b, b'0' | b'-' | b':'))
}

/// Whether so many of these characters stand in a row.
fn holds_run(value: &str, least: usize, is_of_run: impl Fn(char) -> bool) -> bool {
    let mut run = 0;
    value.chars().any(|c| {
        run = if is_of_run(c) { run + 1 } else { 0 };
        run >= least
    })
}

/// The parts of a value between signs.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    value.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty())
}

fn is_all_x(part: &str) -> bool {
    part.bytes().all(|b| b == b'x')
}

/// Whether `word` follows an opening bracket: `<redacted>`, `[redacted: 5]`, `%3Credacted`.
fn holds_in_brackets(lower: &str, word: &str) -> bool {
    lower.match_indices(word).any(|(at, _)| {
        let before = lower.get(..at).unwrap_or_default().trim_end_matches(['-', ' ', '_']);
        ["<", "[", "(", "{", "%3c", "%5b", "&lt;"].iter().any(|open| before.ends_with(open))
    })
}

/// Whether a value states the length of what was there: `12 bytes long`.
fn is_length(value: &str) -> bool {
    let length = value.strip_suffix(" bytes long");
    length.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// The text that a value encodes in base64, if it is text.
fn decoded(value: &str) -> Option<String> {
    let is_encoded =
        value.len() >= 8 && value.len().is_multiple_of(4) && !value.contains(['.', ' ', '-']);
    let bytes = is_encoded.then(|| STANDARD.decode(value).ok()).flatten()?;
    let text = String::from_utf8(bytes).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.contains(char::is_control))
}

/// The address of `10.0.0.1`, `10.0.0.1:443`, `10.0.0.0/16`, `fd00::1`, `[fd00::1]` and
/// `[fd00::1]:443`.
fn address(value: &str) -> Option<IpAddr> {
    let value = value.split_once('/').map_or(value, |(address, _)| address);
    let bare = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(value);
    let address = bare.parse().ok();
    address.or_else(|| value.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// Whether an address stands for another that was removed.
fn is_placeholder(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            v4.is_loopback() || v4.is_unspecified() || v4.is_link_local() || v4.is_documentation()
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_unicast_link_local()
                || is_documentation(v6)
        }
    }
}

/// RFC 3849 and RFC 9637.
fn is_documentation(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    (first == 0x2001 && second == 0xdb8) || (first == 0x3fff && second < 0x1000)
}

/// Whether a part of an address is covered: `10.0.x.x`, `10.XX.XX.5`, `192.168.*.*`, `fd00:xxxx::1`.
fn is_covered_address(value: &str) -> bool {
    let is_cover = |c: char| matches!(c, 'x' | 'X' | '#') || COVERS.contains(&c);
    let radix = if value.contains('.') { 10 } else { 16 };
    let is_address = |c: char| c.is_digit(radix) || matches!(c, '.' | ':' | '[' | ']' | '/');
    let parts = value.split(['.', ':', '/', '[', ']']).filter(|part| !part.is_empty());
    value.chars().all(|c| is_cover(c) || is_address(c))
        && parts.clone().count() >= 3
        && parts.into_iter().any(|part| part.chars().all(is_cover))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_distinguished_from_values() {
        for masked in [
            "XXXX",
            "XXXXXXXXXXXXXXXXXXXXXXXX",
            "api.XXXXXXXX.example.com:6443",
            "ci-op-XXXXXXXX-master-0",
            "xxxxxxxx",
            "xxx.xxx.xxx.xxx",
            "xxxx:xxxx:xxxx:xxxx:xxxx:xxxx:xxxx:xxxx",
            "xx:xx:xx:xx:xx:xx",
            "xxxxx://xxx.xxxxxxxx.xxx:xxxx",
            "api.xxxxxx.com",
            "***HIDDEN***",
            "*****",
            "http://user:****@proxy:3128",
            "\u{2022}\u{2022}\u{2022}\u{2022}",
            "\u{2588}\u{2588}\u{2588}",
            "REDACTED",
            "redacted",
            "[REDACTED]",
            "--REDACTED--",
            "<redacted>",
            "<redacted: password>",
            "user:%3Credacted%3E@host",
            "<hidden>",
            "( masked )",
            "master-0.REDACTED.com",
            "12 bytes long",
            "obfuscated.com",
            "api.obfuscated.com",
            "x-obfuscated-clusterid-aaaaaaa-x",
            "00000000-0000-0000-0000-000000000000",
            "00:00:00:00:00:00",
            "KioqSElEREVOKioq",
            "UkVEQUNURUQ=",
            "UkVEQUNURUQK",
            "WFhYWFhYWFg=",
            "MTIgYnl0ZXMgbG9uZw==",
            "x-ipv4-0000000001-x/XXXXXXXX",
        ] {
            assert!(is_masked(masked), "{masked}");
        }
        for value in [
            "",
            " ",
            "a",
            "xx",
            "xxx",
            "XXX",
            "x86_64",
            "xxl-worker",
            "x-x-x-x",
            "master-0",
            "hidden",
            "hidden-treasure",
            "ns/removed-apis",
            "unredacted",
            "*",
            "*.apps.example.com",
            "0 */5 * * *",
            "**/x",
            "0.0.0.0",
            "0000",
            "10.0.0.1",
            "quay.io/x/y@sha256:0000000000000001",
            "registry.redhat.io/ubi9:latest",
            "bytes long",
            "six bytes long",
            "YWJjZGVmZ2g=",
            "abcdefgh",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        ] {
            assert!(!is_masked(value), "{value}");
        }
    }

    #[test]
    fn a_pseudonym_is_not_a_mask() {
        for pseudonym in [
            "x-ipv4-000001-x",
            "x-ipv4-0000000001-x",
            "https://x-ipv4-0000000001-x:6443",
            "xxxxxxxxxxxxx-ipv6-000001-xxxxxxxxxxxxx",
            "x-ipv6-0000000012-x",
            "x-mac-0000000001-x",
            "x-0000000001-x",
            "api.domain0000001",
            "api.domain0000000001",
            "x-obfuscated-clusterid-0000001-x",
            "api.<CLUSTER_BASE_DOMAIN>",
        ] {
            assert!(is_pseudonym(pseudonym), "{pseudonym}");
            assert!(!is_masked(pseudonym) && !is_masked_address(pseudonym), "{pseudonym}");
        }
        for value in ["domain1", "domain123456", "x-ipv4-1-x", "mydomain0000001", "x-1-x"] {
            assert!(!is_pseudonym(value), "{value}");
        }
    }

    #[test]
    fn an_address_that_no_other_machine_reaches_is_masked() {
        for masked in [
            "127.0.0.1",
            "127.0.0.0",
            "0.0.0.0",
            "169.254.1.2",
            "192.0.2.7",
            "198.51.100.7",
            "203.0.113.7",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "fe80::1",
            "2001:db8::7",
            "3fff:fff::1",
            "127.0.0.1:6443",
            "[::1]:443",
            "[2001:db8::7]",
            "192.0.2.0/24",
            "10.0.x.x",
            "10.XX.XX.5",
            "192.168.*.*",
            "###.###.###.12",
            "fd00:xxxx::1",
            "10.0.0.XXX:443",
            "xxx.xxx.xxx.xxx",
            "XXXXXXXXX",
            "<redacted>",
        ] {
            assert!(is_masked_address(masked), "{masked}");
        }
        for value in [
            "",
            "10.0.0.1",
            "10.0.0.1:443",
            "10.0.0.0/16",
            "192.0.3.1",
            "fd00::1",
            "[fd00::1]:443",
            "2001:db9::1",
            "3fff:1000::1",
            "::ffff:10.0.0.1",
            "fe00::1",
            "host",
            "x.example.com",
            "a.x.b",
            "*.example.com",
            "1.2.3",
            "300.1.2.3",
        ] {
            assert!(!is_masked_address(value), "{value}");
        }
    }

    #[test]
    fn no_value_is_too_odd() {
        let long = 1 << 20;
        for value in [
            "x".repeat(long),
            "X".repeat(long),
            "*".repeat(long),
            "0".repeat(long),
            "<".repeat(long),
            "x-".repeat(long),
            "x.".repeat(long),
            "redacted".repeat(long / 8),
            "x-ipv4-".repeat(long / 8),
            "e\u{301}".repeat(long / 4),
            "\u{0}\u{1b}[31m".repeat(long / 8),
            "QUJD".repeat(long / 4),
        ] {
            let _ = (is_masked(&value), is_masked_address(&value), is_pseudonym(&value));
        }
        for value in ["%", "%3", "\u{e9}redacted", "[", "]", "[]", "/", "/24", ":", "::/"] {
            let _ = (is_masked(value), is_masked_address(value), is_pseudonym(value));
        }
    }

    #[test]
    fn a_masked_field_is_named() {
        let masked = Masked::new("Node/a", &["status", "addresses"]);
        assert_eq!(masked.to_string(), "status.addresses of Node/a is masked");
    }

    #[test]
    fn the_pseudonyms_compile() {
        assert!(PSEUDONYM.is_some());
    }
}
