//! The kinds of secrets, and where one is in a text.

use std::ops::Range;

/// The kinds of secrets that are redacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretKind {
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

impl SecretKind {
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
pub(crate) struct SecretSpan {
    pub(crate) range: Range<usize>,
    pub(crate) kind: SecretKind,
}
