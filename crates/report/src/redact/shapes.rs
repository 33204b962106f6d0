//! Secrets that show by their own looks what they are, whatever they are called.

use std::collections::BTreeSet;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::names::{self, Class};
use super::{Hit, Kind, encoded, plain};

/// What a match must be besides.
#[derive(Clone, Copy)]
enum Besides {
    Nothing,
    /// A credential, not a word that happens to follow.
    Encoded,
    /// An argument, not a word of a sentence.
    Argument,
    /// The argument of the flag that the first group names.
    Flag,
}

/// A kind, what must hold besides, words without which it is not there, and a pattern; the secret is
/// the last group, if it has one.
type Shape = (Kind, Besides, &'static [&'static str], &'static str);

const SHAPES: &[Shape] = &[
    (
        Kind::Token,
        Besides::Nothing,
        &["eyJ"],
        r"(?-u:\b)eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)*",
    ),
    (Kind::Token, Besides::Nothing, &["sha256~"], r"sha256~[A-Za-z0-9_-]{16,}"),
    (Kind::Key, Besides::Nothing, &["AKIA", "ASIA"], r"(?-u:\b)(?:AKIA|ASIA)[A-Z0-9]{12,}"),
    (
        Kind::Key,
        Besides::Nothing,
        &["AIza", "ya29.", "GOCSPX-"],
        r"(?-u:\b)AIza[0-9A-Za-z_-]{30,}|(?-u:\b)ya29\.[0-9A-Za-z_-]{20,}|GOCSPX-[0-9A-Za-z_-]{20,}",
    ),
    (Kind::Secret, Besides::Nothing, &["Q~"], r"[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{30,}"),
    (
        Kind::Token,
        Besides::Nothing,
        &[
            "ghp_",
            "gho_",
            "ghu_",
            "ghs_",
            "ghr_",
            "github_pat_",
            "glpat-",
            "glptt-",
            "glrt-",
            "gldt-",
        ],
        r"(?-u:\b)(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|gl(?:pat|ptt|rt|dt)-[A-Za-z0-9_-]{16,})",
    ),
    (
        Kind::Token,
        Besides::Nothing,
        &["xox", "xapp-", ":AA"],
        r"(?-u:\b)(?:xox[a-z]-[0-9A-Za-z-]{10,}|xapp-[0-9A-Za-z-]{10,}|[0-9]{8,10}:AA[A-Za-z0-9_-]{30,})",
    ),
    (
        Kind::Token,
        Besides::Nothing,
        &[
            "dckr_pat_",
            "dop_v1_",
            "hvs.",
            "hvb.",
            "npm_",
            "pypi-",
            "shpat_",
            "sk_live_",
            "rk_live_",
            "sk_test_",
            "rk_test_",
            "AGE-SECRET-KEY-1",
            "PMAK-",
            "NRAK-",
            "dapi",
            "lin_api_",
            "sk-",
        ],
        r"(?-u:\b)(?:dckr_pat_|dop_v1_|hvs\.|hvb\.|npm_|pypi-|shpat_|[sr]k_(?:live|test)_|AGE-SECRET-KEY-1|PMAK-|NRAK-|dapi|lin_api_|sk-(?:ant-|proj-)?)[A-Za-z0-9]{20,}[A-Za-z0-9_-]*",
    ),
    (
        Kind::Token,
        Besides::Nothing,
        &["SG."],
        r"(?-u:\b)SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    ),
    (
        Kind::Token,
        Besides::Nothing,
        &["token"],
        r#"(?i-u:token)[ "'\\:=a-zA-Z-]{0,40}(?-u:\b)([a-z0-9]{6}\.[a-z0-9]{16})(?-u:\b)"#,
    ),
    (
        Kind::Token,
        Besides::Encoded,
        &["token "],
        r#"(?i-u:\btoken) +\\*["']?([A-Za-z0-9._~+/=-]{12,})"#,
    ),
    (
        Kind::Credentials,
        Besides::Nothing,
        &["hooks.slack.com", "webhook.office.com", "discord"],
        r#"(?:hooks\.slack\.com/(?:services|workflows)|webhook\.office\.com/webhookb2|discord(?:app)?\.com/api/webhooks)/([^ \t\n"'<>]+)"#,
    ),
    (Kind::PasswordHash, Besides::Nothing, &["$2"], r"\$2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{20,}"),
    (
        Kind::PasswordHash,
        Besides::Nothing,
        &["$apr1$", "$1$", "$5$", "$6$", "$y$", "$7$", "$gy$", "$argon2", "$scrypt$", "$pbkdf2"],
        r#"\$(?:apr1|1|5|6|y|7|gy|argon2id?|argon2i|scrypt|pbkdf2[a-z0-9-]*)\$[^ \t\n"',:]{8,}"#,
    ),
    (
        Kind::PasswordHash,
        Besides::Nothing,
        &["{SHA", "{SSHA", "{PBKDF2"],
        r"\{(?:S?SHA(?:256|384|512)?|PBKDF2[A-Z0-9-]*)\}[A-Za-z0-9+/=$.]{20,}",
    ),
    (
        Kind::Credentials,
        Besides::Nothing,
        &["://"],
        r#"(?-u:\b)[A-Za-z][A-Za-z0-9+.-]*://([^ \t\r\n/?#"'<>@:\\]*:[^ \t\r\n/?#"'<>\\]*)@"#,
    ),
    (
        Kind::Credentials,
        Besides::Nothing,
        &["://"],
        r#"(?-u:\b)(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|amqps?|rediss?|sqlserver|mssql|ldaps?|nats)://([^ \t\r\n"'<>@:/\\]*:[^ \t\r\n"'<>\\]*)@"#,
    ),
    (Kind::Credentials, Besides::Nothing, &["://"], r"://([A-Za-z0-9_~-]{20,})@"),
    (
        Kind::Password,
        Besides::Nothing,
        &["@tcp(", "@unix("],
        r#"(?-u:\b)[A-Za-z0-9_.-]+:([^ \t\n@:/"']+)@(?:tcp|unix)\("#,
    ),
    (
        Kind::Credentials,
        Besides::Encoded,
        &["bearer ", "basic ", "negotiate "],
        r"(?i-u:\b(?:bearer|basic|negotiate))[ ]+([A-Za-z0-9._~+/=-]{8,})",
    ),
    (
        Kind::PrivateKey,
        Besides::Nothing,
        &["MII"],
        r"MII[A-Za-z0-9+/]{3}(?:IBA[A-D]|BOBgkqhkiG9w0BBQ)[A-Za-z0-9+/=]{16,}",
    ),
    (
        Kind::PrivateKey,
        Besides::Nothing,
        &[
            "MHcCAQEEI",
            "MIGkAgEBBD",
            "MIHcAgEBBE",
            "MIGHAgEAMBM",
            "MIG2AgEAMBA",
            "MIHuAgEAMBA",
            "MC4CAQAwBQYDK2V",
            "b3BlbnNzaC1rZXktdjE",
        ],
        r"(?:MHcCAQEEI|MIGkAgEBBD|MIHcAgEBBE|MIGHAgEAMBM|MIG2AgEAMBA|MIHuAgEAMBA|MC4CAQAwBQYDK2V|b3BlbnNzaC1rZXktdjE)[A-Za-z0-9+/=]{16,}",
    ),
    (
        Kind::EmbeddedFile,
        Besides::Nothing,
        &["data:"],
        r#"(?-u:\b)data:(?:[a-z0-9.+/-]*(?:;[a-z0-9=-]+)+|text/plain)?,([^ \t\n"'<>\\]{16,})"#,
    ),
    (
        Kind::Secret,
        Besides::Flag,
        &["--"],
        r#"--([A-Za-z0-9-]*(?:pass|token|secret|key|credential|auth)[A-Za-z0-9-]*)(?:\\*["']?\n *- *\\*["']?|\\*["'] *,? *\\*["']| +\\*["']?)([^ \t\n"'\\,\]]+)"#,
    ),
    (
        Kind::Secret,
        Besides::Argument,
        &["--from-literal"],
        r"create secret [^\n]*?--from-literal[= ][^=\n]+=([^\n]+)",
    ),
    (
        Kind::Secret,
        Besides::Argument,
        &["password>", "passwd>", "token>", "secret>"],
        r"(?i-u:password|passwd|token|secret)>([^<>\n]+)</",
    ),
    (
        Kind::Credentials,
        Besides::Argument,
        &["curl"],
        r#"(?-u:\b)curl(?-u:\b)[^\n]*? (?:-u|--user|--proxy-user)[ =]*\\*["']?([^ \t\n"':]+:[^ \t\n"'\\]+)"#,
    ),
    (
        Kind::Password,
        Besides::Argument,
        &["login"],
        r#"(?-u:\b)login(?-u:\b)[^\n]*? -p[ =]*\\*["']?([^ \t\n"'\\]+)"#,
    ),
    (
        Kind::Password,
        Besides::Argument,
        &["mysql"],
        r#"(?-u:\b)(?:mysql|mysqldump|mysqladmin)(?-u:\b)[^\n]*? -p\\*["']?([^ \t\n"'\\]+)"#,
    ),
    (
        Kind::Password,
        Besides::Argument,
        &["sshpass"],
        r#"(?-u:\b)sshpass +-p *\\*["']?([^ \t\n"'\\]+)"#,
    ),
    (
        Kind::Password,
        Besides::Argument,
        &["login"],
        r"(?-u:\b)login +[^ \n]+ +password +([^ \t\n]+)",
    ),
    (
        Kind::Password,
        Besides::Argument,
        &["requirepass", "masterauth"],
        r#"(?-u:\b)(?:requirepass|masterauth) +\\*["']?([^ \t\n"'\\]+)"#,
    ),
    (
        Kind::Password,
        Besides::Argument,
        &["identified"],
        r#"(?i-u:identified +by) +\\*["']([^"'\n\\]+)"#,
    ),
    (
        Kind::Password,
        Besides::Argument,
        &["password", "passphrase", "passwd"],
        r#"(?i-u:password|passphrase|passwd) +\\*["']([^"'\n\\]+)"#,
    ),
    (
        Kind::SshKey,
        Besides::Nothing,
        &["AAAA"],
        r"(?-u:\b)(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9@.-]+) +(AAAA[A-Za-z0-9+/=]{16,})",
    ),
];

/// The words of all shapes, in any case, and each shape's pattern once it is asked for: most
/// reports need hardly any.
struct Shapes {
    words: Option<AhoCorasick>,
    of_word: Vec<usize>,
    patterns: Vec<OnceLock<Option<Regex>>>,
}

static COMPILED: LazyLock<Shapes> = LazyLock::new(|| {
    let words = || {
        let numbered = SHAPES.iter().enumerate();
        numbered.flat_map(|(at, (.., words, _))| words.iter().map(move |word| (at, *word)))
    };
    let mut search = AhoCorasick::builder();
    let search = search.ascii_case_insensitive(true);
    Shapes {
        words: search.build(words().map(|(_, word)| word)).ok(),
        of_word: words().map(|(at, _)| at).collect(),
        patterns: SHAPES.iter().map(|_| OnceLock::new()).collect(),
    }
});

/// The shapes that may be in a text, in their order.
fn candidates(text: &str) -> BTreeSet<usize> {
    let Some(words) = &COMPILED.words else { return (0..SHAPES.len()).collect() };
    let found = words.find_overlapping_iter(text);
    found.filter_map(|word| COMPILED.of_word.get(word.pattern().as_usize()).copied()).collect()
}

/// Finds what shows by its looks that it is secret.
pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    for at in candidates(text) {
        let (Some((kind, besides, _, pattern)), Some(compiled)) =
            (SHAPES.get(at), COMPILED.patterns.get(at))
        else {
            continue;
        };
        // The patterns are constants; a test compiles each.
        let Some(regex) = compiled.get_or_init(|| Regex::new(pattern).ok()) else { continue };
        for found in regex.captures_iter(text) {
            let Some(secret) = found.iter().flatten().last() else { continue };
            let word = secret.as_str();
            let kind = match (besides, found.get(1)) {
                (Besides::Flag, Some(flag)) => of_flag(flag.as_str(), word),
                _ => holds(*besides, word).then_some(*kind),
            };
            hits.extend(kind.map(|kind| Hit { range: secret.range(), kind }));
        }
    }
}

fn of_flag(flag: &str, word: &str) -> Option<Kind> {
    let is_secret = match names::class(flag)? {
        Class::Ambiguous(_) => plain::is_random(word),
        _ => true,
    };
    (is_secret && holds(Besides::Argument, word)).then_some(Kind::Secret)
}

fn holds(besides: Besides, word: &str) -> bool {
    match besides {
        Besides::Nothing => true,
        Besides::Encoded => {
            encoded::is_user_and_password(word)
                || plain::is_random(word)
                || (word.len() >= 12 && plain::is_token(word))
        }
        Besides::Argument | Besides::Flag => {
            !plain::is_stand_in(word) && !word.starts_with('-') && !plain::is_path(word)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for (.., pattern) in SHAPES {
            if let Err(error) = Regex::new(pattern) {
                panic!("{error}");
            }
        }
        assert!(COMPILED.words.is_some());
    }
}
