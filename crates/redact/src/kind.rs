//! The kinds of secrets, and where one is in a text.

use std::ops::Range;

/// The kinds of secrets that are redacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A user with a password, or a header or file with such.
    Credentials,
    /// The content of a file in an Ignition config.
    EmbeddedFile,
    /// The value of an environment variable.
    EnvironmentVariable,
    /// A key of an API, a cloud or a client.
    Key,
    /// A password.
    Password,
    /// The hash of a password.
    PasswordHash,
    /// A private key, or a part of one.
    PrivateKey,
    /// A value that is called a secret, or an argument that holds one.
    Secret,
    /// Data of an object of kind Secret.
    SecretData,
    /// An SSH public key, which names a user.
    SshKey,
    /// A token.
    Token,
}

impl SecretKind {
    /// What is shown in its place.
    pub const fn marker(self) -> &'static str {
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
pub struct SecretSpan {
    /// Where it is, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: SecretKind,
}
