//! Secrets that are recognised by their form, whatever their name.

use std::collections::BTreeSet;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::kind::{SecretKind, SecretSpan};
use super::names::{self, NameClass};
use super::{encoded, plain};

/// What else must hold of a match.
#[derive(Clone, Copy)]
enum ExtraCheck {
    Nothing,
    /// It is a credential, not a word that follows by chance.
    Encoded,
    /// It is an argument, not a word of a sentence.
    Argument,
    /// It is the argument of the flag in the first group.
    Flag,
}

/// A kind, a further check, literals without which there is no match, and a pattern; the secret is
/// the last group, if there is one.
type SecretPattern = (SecretKind, ExtraCheck, &'static [&'static str], &'static str);

const PATTERNS: &[SecretPattern] = &[
    (
        SecretKind::Token,
        ExtraCheck::Nothing,
        &["eyJ"],
        r"(?-u:\b)eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)*",
    ),
    (SecretKind::Token, ExtraCheck::Nothing, &["sha256~"], r"sha256~[A-Za-z0-9_-]{16,}"),
    (
        SecretKind::Key,
        ExtraCheck::Nothing,
        &["AKIA", "ASIA"],
        r"(?-u:\b)(?:AKIA|ASIA)[A-Z0-9]{12,}",
    ),
    (
        SecretKind::Key,
        ExtraCheck::Nothing,
        &["AIza", "ya29.", "GOCSPX-"],
        r"(?-u:\b)AIza[0-9A-Za-z_-]{30,}|(?-u:\b)ya29\.[0-9A-Za-z_-]{20,}|GOCSPX-[0-9A-Za-z_-]{20,}",
    ),
    (
        SecretKind::Secret,
        ExtraCheck::Nothing,
        &["Q~"],
        r"[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{30,}",
    ),
    (
        SecretKind::Token,
        ExtraCheck::Nothing,
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
        SecretKind::Token,
        ExtraCheck::Nothing,
        &["xox", "xapp-", ":AA"],
        r"(?-u:\b)(?:xox[a-z]-[0-9A-Za-z-]{10,}|xapp-[0-9A-Za-z-]{10,}|[0-9]{8,10}:AA[A-Za-z0-9_-]{30,})",
    ),
    (
        SecretKind::Token,
        ExtraCheck::Nothing,
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
        SecretKind::Token,
        ExtraCheck::Nothing,
        &["SG."],
        r"(?-u:\b)SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    ),
    (
        SecretKind::Token,
        ExtraCheck::Nothing,
        &["token"],
        r#"(?i-u:token)[ "'\\:=a-zA-Z-]{0,40}(?-u:\b)([a-z0-9]{6}\.[a-z0-9]{16})(?-u:\b)"#,
    ),
    (
        SecretKind::Token,
        ExtraCheck::Encoded,
        &["token "],
        r#"(?i-u:\btoken) +\\*["']?([A-Za-z0-9._~+/=-]{12,})"#,
    ),
    (
        SecretKind::Credentials,
        ExtraCheck::Nothing,
        &["hooks.slack.com", "webhook.office.com", "discord"],
        r#"(?:hooks\.slack\.com/(?:services|workflows)|webhook\.office\.com/webhookb2|discord(?:app)?\.com/api/webhooks)/([^ \t\n"'<>]+)"#,
    ),
    (
        SecretKind::PasswordHash,
        ExtraCheck::Nothing,
        &["$2"],
        r"\$2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{20,}",
    ),
    (
        SecretKind::PasswordHash,
        ExtraCheck::Nothing,
        &["$apr1$", "$1$", "$5$", "$6$", "$y$", "$7$", "$gy$", "$argon2", "$scrypt$", "$pbkdf2"],
        r#"\$(?:apr1|1|5|6|y|7|gy|argon2id?|argon2i|scrypt|pbkdf2[a-z0-9-]*)\$[^ \t\n"',:]{8,}"#,
    ),
    (
        SecretKind::PasswordHash,
        ExtraCheck::Nothing,
        &["{SHA", "{SSHA", "{PBKDF2"],
        r"\{(?:S?SHA(?:256|384|512)?|PBKDF2[A-Z0-9-]*)\}[A-Za-z0-9+/=$.]{20,}",
    ),
    (
        SecretKind::Credentials,
        ExtraCheck::Nothing,
        &["://"],
        r#"(?-u:\b)[A-Za-z][A-Za-z0-9+.-]*://([^ \t\r\n/?#"'<>@:\\]*:[^ \t\r\n/?#"'<>\\]*)@"#,
    ),
    (
        SecretKind::Credentials,
        ExtraCheck::Nothing,
        &["://"],
        r#"(?-u:\b)(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|amqps?|rediss?|sqlserver|mssql|ldaps?|nats)://([^ \t\r\n"'<>@:/\\]*:[^ \t\r\n"'<>\\]*)@"#,
    ),
    (SecretKind::Credentials, ExtraCheck::Nothing, &["://"], r"://([A-Za-z0-9_~-]{20,})@"),
    // Errors of Go about a URL that cannot be parsed, as of a proxy whose password is not encoded.
    (
        SecretKind::Credentials,
        ExtraCheck::Nothing,
        &["parse \"", "parse \\"],
        r#"parse \\*"(?:[A-Za-z][A-Za-z0-9+.-]*://)?([^ \t\r\n"]+)@[^ \t\r\n"@/]*/?\\*": "#,
    ),
    (
        SecretKind::Password,
        ExtraCheck::Nothing,
        &["invalid port "],
        r#"invalid port \\*":([^"\\\n]+)\\*" after host"#,
    ),
    (
        SecretKind::Password,
        ExtraCheck::Nothing,
        &["@tcp(", "@unix("],
        r#"(?-u:\b)[A-Za-z0-9_.-]+:([^ \t\n@:/"']+)@(?:tcp|unix)\("#,
    ),
    (
        SecretKind::Credentials,
        ExtraCheck::Encoded,
        &["bearer ", "basic ", "negotiate "],
        r"(?i-u:\b(?:bearer|basic|negotiate))[ ]+([A-Za-z0-9._~+/=-]{8,})",
    ),
    (
        SecretKind::PrivateKey,
        ExtraCheck::Nothing,
        &["MII"],
        r"MII[A-Za-z0-9+/]{3}(?:IBA[A-D]|BOBgkqhkiG9w0BBQ)[A-Za-z0-9+/=]{16,}",
    ),
    (
        SecretKind::PrivateKey,
        ExtraCheck::Nothing,
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
        SecretKind::EmbeddedFile,
        ExtraCheck::Nothing,
        &["data:"],
        r#"(?-u:\b)data:(?:[a-z0-9.+/-]*(?:;[a-z0-9=-]+)+|text/plain)?,([^ \t\n"'<>\\]{16,})"#,
    ),
    (
        SecretKind::Secret,
        ExtraCheck::Flag,
        &["--"],
        r#"--([A-Za-z0-9-]*(?:pass|token|secret|key|credential|auth)[A-Za-z0-9-]*)(?:\\*["']?\n *- *\\*["']?|\\*["'] *,? *\\*["']| +\\*["']?)([^ \t\n"'\\,\]]+)"#,
    ),
    (
        SecretKind::Secret,
        ExtraCheck::Argument,
        &["--from-literal"],
        r"create secret [^\n]*?--from-literal[= ][^=\n]+=([^\n]+)",
    ),
    (
        SecretKind::Secret,
        ExtraCheck::Argument,
        &["password>", "passwd>", "token>", "secret>"],
        r"(?i-u:password|passwd|token|secret)>([^<>\n]+)</",
    ),
    (
        SecretKind::Credentials,
        ExtraCheck::Argument,
        &["curl"],
        r#"(?-u:\b)curl(?-u:\b)[^\n]*? (?:-u|--user|--proxy-user)[ =]*\\*["']?([^ \t\n"':]+:[^ \t\n"'\\]+)"#,
    ),
    (
        SecretKind::Password,
        ExtraCheck::Argument,
        &["login"],
        r#"(?-u:\b)login(?-u:\b)[^\n]*? -p[ =]*\\*["']?([^ \t\n"'\\]+)"#,
    ),
    (
        SecretKind::Password,
        ExtraCheck::Argument,
        &["mysql"],
        r#"(?-u:\b)(?:mysql|mysqldump|mysqladmin)(?-u:\b)[^\n]*? -p\\*["']?([^ \t\n"'\\]+)"#,
    ),
    (
        SecretKind::Password,
        ExtraCheck::Argument,
        &["sshpass"],
        r#"(?-u:\b)sshpass +-p *\\*["']?([^ \t\n"'\\]+)"#,
    ),
    (
        SecretKind::Password,
        ExtraCheck::Argument,
        &["login"],
        r"(?-u:\b)login +[^ \n]+ +password +([^ \t\n]+)",
    ),
    (
        SecretKind::Password,
        ExtraCheck::Argument,
        &["requirepass", "masterauth"],
        r#"(?-u:\b)(?:requirepass|masterauth) +\\*["']?([^ \t\n"'\\]+)"#,
    ),
    (
        SecretKind::Password,
        ExtraCheck::Argument,
        &["identified"],
        r#"(?i-u:identified +by) +\\*["']([^"'\n\\]+)"#,
    ),
    (
        SecretKind::Password,
        ExtraCheck::Argument,
        &["password", "passphrase", "passwd"],
        r#"(?i-u:password|passphrase|passwd) +\\*["']([^"'\n\\]+)"#,
    ),
    (
        SecretKind::SshKey,
        ExtraCheck::Nothing,
        &["AAAA"],
        r"(?-u:\b)(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9@.-]+) +(AAAA[A-Za-z0-9+/=]{16,})",
    ),
];

/// The literals of all patterns, in any case, and each pattern compiled at its first use: most
/// reports need very few.
struct SecretPatterns {
    literals: Option<AhoCorasick>,
    by_literal: Vec<usize>,
    patterns: Vec<OnceLock<Option<Regex>>>,
}

static COMPILED: LazyLock<SecretPatterns> = LazyLock::new(|| {
    let literals = || {
        let numbered = PATTERNS.iter().enumerate();
        numbered.flat_map(|(at, (.., literals, _))| literals.iter().map(move |it| (at, *it)))
    };
    let mut search = AhoCorasick::builder();
    let search = search.ascii_case_insensitive(true);
    SecretPatterns {
        literals: search.build(literals().map(|(_, literal)| literal)).ok(),
        by_literal: literals().map(|(at, _)| at).collect(),
        patterns: PATTERNS.iter().map(|_| OnceLock::new()).collect(),
    }
});

/// The patterns that may match in a text, in their order.
fn candidates(text: &str) -> BTreeSet<usize> {
    let Some(literals) = &COMPILED.literals else { return (0..PATTERNS.len()).collect() };
    let found = literals.find_overlapping_iter(text);
    found.filter_map(|it| COMPILED.by_literal.get(it.pattern().as_usize()).copied()).collect()
}

/// Finds what has the form of a secret.
pub(super) fn find(text: &str, secrets: &mut Vec<SecretSpan>) {
    for at in candidates(text) {
        let (Some((kind, extra, _, pattern)), Some(compiled)) =
            (PATTERNS.get(at), COMPILED.patterns.get(at))
        else {
            continue;
        };
        // The patterns are constants; a test compiles each.
        let Some(regex) = compiled.get_or_init(|| Regex::new(pattern).ok()) else { continue };
        for found in regex.captures_iter(text) {
            let Some(secret) = found.iter().flatten().last() else { continue };
            let as_str = secret.as_str();
            let kind = match (extra, found.get(1)) {
                (ExtraCheck::Flag, Some(flag)) => kind_of_flag(flag.as_str(), as_str),
                _ => holds(*extra, as_str).then_some(*kind),
            };
            secrets.extend(kind.map(|kind| SecretSpan { range: secret.range(), kind }));
        }
    }
}

fn kind_of_flag(flag: &str, as_str: &str) -> Option<SecretKind> {
    let is_secret = match names::class(flag)? {
        NameClass::Ambiguous(_) => plain::is_random(as_str),
        _ => true,
    };
    (is_secret && holds(ExtraCheck::Argument, as_str)).then_some(SecretKind::Secret)
}

fn holds(extra: ExtraCheck, as_str: &str) -> bool {
    match extra {
        ExtraCheck::Nothing => true,
        ExtraCheck::Encoded => {
            encoded::is_user_and_password(as_str)
                || plain::is_random(as_str)
                || (as_str.len() >= 12 && plain::is_token(as_str))
        }
        ExtraCheck::Argument | ExtraCheck::Flag => {
            !plain::is_stand_in(as_str) && !as_str.starts_with('-') && !plain::is_path(as_str)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for (.., pattern) in PATTERNS {
            if let Err(error) = Regex::new(pattern) {
                panic!("{error}");
            }
        }
        assert!(COMPILED.literals.is_some());
    }
}
