//! Which names say that what they name is secret.

use super::Kind;

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A secret, whatever it looks like.
    Certain(Kind),
    /// A secret or the name of one: its looks decide.
    Ambiguous(Kind),
    /// An HTTP header that carries a scheme and credentials.
    Authorization,
    /// An HTTP header full of `name=value`.
    Cookie,
    /// `user:password` in base64.
    UserAndPassword,
    /// The signature of a URL.
    Signature,
    /// A variable of the environment whose name holds a word such as `KEY`.
    Variable,
    /// Everything below it belongs to a Secret.
    SecretData,
}

impl Class {
    pub(super) const fn kind(self) -> Kind {
        match self {
            Self::Certain(kind) | Self::Ambiguous(kind) => kind,
            Self::Authorization | Self::Cookie | Self::UserAndPassword => Kind::Credentials,
            Self::Signature => Kind::Token,
            Self::Variable => Kind::EnvironmentVariable,
            Self::SecretData => Kind::SecretData,
        }
    }
}

/// Parts of names worth a closer look.
const STEMS: [&str; 17] = [
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
];
/// Words at the end of a name that say nothing of what is named.
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
const HELD_KEYS: [&str; 11] = [
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
/// What a variable is about when its name ends so: not the secret itself.
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

/// What a name says of its value; None when nothing.
pub(super) fn class(name: &str) -> Option<Class> {
    let lower = name.to_ascii_lowercase();
    if !STEMS.iter().any(|stem| lower.contains(stem)) {
        return None;
    }
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if matches!(&*words, [.., "string", "data"] | [.., "stringdata"]) {
        return Some(Class::SecretData);
    }
    if matches!(&*words, [.., "connection", "string"] | [.., "connectionstring"]) {
        return Some(Class::Certain(Kind::Credentials));
    }
    if matches!(&*words, [.., "access" | "private", "key", "id"]) {
        return Some(Class::Certain(Kind::Key));
    }
    let is_filler =
        |word: &str| FILLERS.contains(&word) || word.bytes().all(|b| b.is_ascii_digit());
    let filled = words.iter().rev().take_while(|word| is_filler(word)).count();
    let telling = words.get(..words.len() - filled).unwrap_or_default();
    of_words(telling).or_else(|| of_variable(name, &lower, words.last()?))
}

fn of_words(words: &[&str]) -> Option<Class> {
    let (last, before) = words.split_last()?;
    let before = before.last().copied();
    let last = last.trim_end_matches(|c: char| c.is_ascii_digit());
    let ends = |ends: &[&str]| ends.iter().any(|end| last.ends_with(end));
    Some(match last {
        "htpasswd" | "kubeconfig" | "dockerconfigjson" | "dockercfg" => {
            Class::Ambiguous(Kind::Credentials)
        }
        "pass" | "pw" if before.is_some() => Class::Certain(Kind::Password),
        "hash" if before.is_some_and(|word| word.ends_with("password")) => {
            Class::Certain(Kind::PasswordHash)
        }
        "credential" | "credentials" | "creds" | "dsn" => Class::Ambiguous(Kind::Credentials),
        "authorization" => Class::Authorization,
        "cookie" => Class::Cookie,
        "auth" => Class::UserAndPassword,
        "signature" | "sig" => Class::Signature,
        "jwt" | "bearer" => Class::Certain(Kind::Token),
        "key" | "keys" if before.is_some_and(|word| SECRET_KEYS.contains(&word)) => {
            Class::Certain(Kind::Key)
        }
        "key" | "keys" if before.is_some_and(|word| HELD_KEYS.contains(&word)) => {
            Class::Ambiguous(Kind::Key)
        }
        "secret" | "secrets" if before.is_some_and(|word| SECRET_SECRETS.contains(&word)) => {
            Class::Certain(Kind::Secret)
        }
        _ if ends(&["password", "passwords", "passwd", "passphrase", "passcode", "pwd"]) => {
            Class::Certain(Kind::Password)
        }
        _ if ends(&["token", "tokens"]) => Class::Certain(Kind::Token),
        _ if ends(&["apikey", "accesskey", "secretkey", "privatekey", "accountkey", "sshkey"]) => {
            Class::Certain(Kind::Key)
        }
        _ if ends(&["clientsecret", "sharedsecret", "appsecret"]) => Class::Certain(Kind::Secret),
        _ if ends(&["secret", "secrets"]) => Class::Ambiguous(Kind::Secret),
        _ => return None,
    })
}

/// The variable of an environment, in capitals.
fn of_variable(name: &str, lower: &str, last: &str) -> Option<Class> {
    let is_variable = !name.bytes().any(|byte| byte.is_ascii_lowercase());
    (is_variable && is_of_a_secret(lower) && !ABOUT.contains(&last)).then_some(Class::Variable)
}

/// Whether a variable of that name holds a secret.
pub(super) fn is_of_a_secret(variable: &str) -> bool {
    let lower = variable.to_ascii_lowercase();
    ["pass", "pwd", "token", "secret", "key", "credential", "authorization"]
        .iter()
        .any(|word| lower.contains(word))
}

/// The words of a name, in small letters: `clientSecret`, `CLIENT_SECRET` and `client-secret` have two.
fn words(name: &str) -> Vec<String> {
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
            && let Some(word) = words.last_mut()
        {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_falls_into_its_words() {
        assert_eq!(words("clientSecret"), ["client", "secret"]);
        assert_eq!(words("AWS_SECRET_ACCESS_KEY"), ["aws", "secret", "access", "key"]);
        assert_eq!(words("APIKey"), ["api", "key"]);
        assert_eq!(words(".dockerconfigjson"), ["dockerconfigjson"]);
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
            assert_eq!(class(name), Some(Class::Certain(Kind::Password)), "{name}");
        }
        assert_eq!(class("SECRET_FOR_IT"), Some(Class::Variable));
        assert_eq!(class("client-key-data"), Some(Class::Ambiguous(Kind::Key)));
    }
}
