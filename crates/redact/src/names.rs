//! Which names announce a secret value.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::kind::SecretKind;

/// What a name reveals about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameClass {
    /// A secret, regardless of its form.
    Certain(SecretKind),
    /// A secret or the name of one: its form decides.
    Ambiguous(SecretKind),
    /// An HTTP header that carries a scheme and credentials.
    Authorization,
    /// An HTTP header full of `name=value`.
    Cookie,
    /// `user:password` in base64.
    UserAndPassword,
    /// The URL of a proxy, which may name a user and a password.
    ProxyUrl,
    /// The signature of a URL.
    Signature,
    /// An environment variable whose name contains a word such as `KEY`.
    Variable,
    /// Everything below it belongs to a Secret.
    SecretData,
}

impl NameClass {
    pub(super) const fn kind(self) -> SecretKind {
        match self {
            Self::Certain(kind) | Self::Ambiguous(kind) => kind,
            Self::Authorization | Self::Cookie | Self::UserAndPassword | Self::ProxyUrl => {
                SecretKind::Credentials
            }
            Self::Signature => SecretKind::Token,
            Self::Variable => SecretKind::EnvironmentVariable,
            Self::SecretData => SecretKind::SecretData,
        }
    }
}

/// Parts of names worth a closer look.
const STEMS: [&str; 18] = [
    "pass",
    "pwd",
    "_pw",
    "secret",
    "token",
    "key",
    "cred",
    "auth",
    "cookie",
    "sig",
    "connection",
    "dsn",
    "kubeconfig",
    "docker",
    "stringdata",
    "jwt",
    "bearer",
    "proxy",
];
/// The stems, in any case; a test builds it.
static STEM_SEARCH: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(STEMS).ok());
/// Words at the end of a name that do not describe its value.
const FILLERS: [&str; 13] = [
    "value",
    "text",
    "plain",
    "plaintext",
    "b64",
    "base64",
    "string",
    "new",
    "old",
    "current",
    "raw",
    "data",
    "pem",
];
/// Words before `key` that make it a secret.
const SECRET_KEYS: [&str; 21] = [
    "api",
    "access",
    "secret",
    "private",
    "encryption",
    "signing",
    "shared",
    "account",
    "storage",
    "master",
    "ssh",
    "auth",
    "subscription",
    "license",
    "deploy",
    "rsa",
    "hmac",
    "session",
    "psk",
    "gpg",
    "consumer",
];
/// Words before `key` that make it a secret, or the name of a file or an object that holds one.
const FILE_KEYS: [&str; 11] = [
    "tls",
    "ssl",
    "server",
    "host",
    "client",
    "service",
    "peer",
    "ca",
    "app",
    "routing",
    "integration",
];
/// Words before `secret` that make it a secret rather than the name of one.
const SECRET_SECRETS: [&str; 11] = [
    "client",
    "shared",
    "consumer",
    "app",
    "application",
    "api",
    "hmac",
    "jwt",
    "oauth",
    "session",
    "cookie",
];
/// Last words of variables that describe something other than the secret itself.
const ABOUT: [&str; 40] = [
    "file",
    "path",
    "dir",
    "name",
    "names",
    "namespace",
    "ref",
    "url",
    "uri",
    "endpoint",
    "host",
    "port",
    "type",
    "kind",
    "mode",
    "format",
    "length",
    "size",
    "count",
    "ttl",
    "timeout",
    "duration",
    "expiry",
    "expiration",
    "seconds",
    "interval",
    "age",
    "version",
    "revision",
    "algorithm",
    "policy",
    "enabled",
    "disabled",
    "required",
    "provider",
    "issuer",
    "audience",
    "review",
    "mount",
    "id",
];

/// What a name reveals about its value; None when nothing.
pub(super) fn class(name: &str) -> Option<NameClass> {
    if !STEM_SEARCH.as_ref().is_none_or(|stems| stems.is_match(name)) {
        return None;
    }
    let words = split(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if matches!(&*words, [.., "string", "data"] | [.., "stringdata"]) {
        return Some(NameClass::SecretData);
    }
    if matches!(&*words, [.., "connection", "string"] | [.., "connectionstring"]) {
        return Some(NameClass::Certain(SecretKind::Credentials));
    }
    if matches!(&*words, [.., "access" | "private", "key", "id"]) {
        return Some(NameClass::Certain(SecretKind::Key));
    }
    let is_filler =
        |as_str: &str| FILLERS.contains(&as_str) || as_str.bytes().all(|b| b.is_ascii_digit());
    let filled = words.iter().rev().take_while(|as_str| is_filler(as_str)).count();
    let deciding = words.get(..words.len() - filled).unwrap_or_default();
    from_words(deciding).or_else(|| from_variable(name, words.last()?))
}

fn from_words(words: &[&str]) -> Option<NameClass> {
    let (last, before) = words.split_last()?;
    let before = before.last().copied();
    let last = last.trim_end_matches(|c: char| c.is_ascii_digit());
    let ends = |ends: &[&str]| ends.iter().any(|end| last.ends_with(end));
    Some(match last {
        "htpasswd" | "kubeconfig" | "dockerconfigjson" | "dockercfg" | "credential"
        | "credentials" | "creds" | "dsn" => NameClass::Ambiguous(SecretKind::Credentials),
        "pass" | "pw" if before.is_some() => NameClass::Certain(SecretKind::Password),
        "hash" if before.is_some_and(|as_str| as_str.ends_with("password")) => {
            NameClass::Certain(SecretKind::PasswordHash)
        }
        "proxy" | "httpproxy" | "httpsproxy" | "ftpproxy" => NameClass::ProxyUrl,
        "authorization" => NameClass::Authorization,
        "cookie" => NameClass::Cookie,
        "auth" => NameClass::UserAndPassword,
        "signature" | "sig" => NameClass::Signature,
        "jwt" | "bearer" => NameClass::Certain(SecretKind::Token),
        "key" | "keys" if before.is_some_and(|as_str| SECRET_KEYS.contains(&as_str)) => {
            NameClass::Certain(SecretKind::Key)
        }
        "key" | "keys" if before.is_some_and(|as_str| FILE_KEYS.contains(&as_str)) => {
            NameClass::Ambiguous(SecretKind::Key)
        }
        "secret" | "secrets" if before.is_some_and(|as_str| SECRET_SECRETS.contains(&as_str)) => {
            NameClass::Certain(SecretKind::Secret)
        }
        _ if ends(&["password", "passwords", "passwd", "passphrase", "passcode", "pwd"]) => {
            NameClass::Certain(SecretKind::Password)
        }
        _ if ends(&["token", "tokens"]) => NameClass::Certain(SecretKind::Token),
        _ if ends(&["apikey", "accesskey", "secretkey", "privatekey", "accountkey", "sshkey"]) => {
            NameClass::Certain(SecretKind::Key)
        }
        _ if ends(&["clientsecret", "sharedsecret", "appsecret"]) => {
            NameClass::Certain(SecretKind::Secret)
        }
        _ if ends(&["secret", "secrets"]) => NameClass::Ambiguous(SecretKind::Secret),
        _ => return None,
    })
}

/// An environment variable, in capitals.
fn from_variable(name: &str, last: &str) -> Option<NameClass> {
    let is_variable = !name.bytes().any(|byte| byte.is_ascii_lowercase());
    (is_variable && is_of_a_secret(name) && !ABOUT.contains(&last)).then_some(NameClass::Variable)
}

/// Whether a variable with that name holds a secret.
pub(super) fn is_of_a_secret(variable: &str) -> bool {
    let lower = variable.to_ascii_lowercase();
    ["pass", "pwd", "token", "secret", "key", "credential", "authorization"]
        .iter()
        .any(|as_str| lower.contains(as_str))
}

/// The words of a name, in lower case: `clientSecret`, `CLIENT_SECRET` and `client-secret` have two.
fn split(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut chars = name.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let follows_small = before.is_ascii_lowercase() || before.is_ascii_digit();
        let ends_capitals =
            before.is_ascii_uppercase() && chars.peek().is_some_and(char::is_ascii_lowercase);
        let begins = c.is_ascii_uppercase() && (follows_small || ends_capitals);
        if begins || !c.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if c.is_ascii_alphanumeric()
            && let Some(as_str) = words.last_mut()
        {
            as_str.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.retain(|as_str| !as_str.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stems_can_be_searched() {
        assert!(STEM_SEARCH.is_some());
    }

    #[test]
    fn a_name_falls_into_its_words() {
        assert_eq!(split("clientSecret"), ["client", "secret"]);
        assert_eq!(split("AWS_SECRET_ACCESS_KEY"), ["aws", "secret", "access", "key"]);
        assert_eq!(split("APIKey"), ["api", "key"]);
        assert_eq!(split(".dockerconfigjson"), ["dockerconfigjson"]);
    }

    #[test]
    fn the_last_word_decides() {
        for name in ["secretName", "tokenReview", "passwordSecretRef", "tokenExpirationSeconds"] {
            assert_eq!(class(name), None, "{name}");
        }
        for name in ["topologyKey", "key", "publicKey", "labelKey", "KEY_FILE", "keys", "pass"] {
            assert_eq!(class(name), None, "{name}");
        }
        for name in ["bindPassword", "db_pass", "rootpasswd", "PASSWORD2", "passwordValue"] {
            assert_eq!(class(name), Some(NameClass::Certain(SecretKind::Password)), "{name}");
        }
        assert_eq!(class("SECRET_FOR_IT"), Some(NameClass::Variable));
        assert_eq!(class("client-key-data"), Some(NameClass::Ambiguous(SecretKind::Key)));
    }
}
