//! `Secret`: only what a collection leaves readable, which is certificates.

use std::borrow::Cow;

use super::{SECRET, view};
use crate::yaml::Value;

view! {
    /// One Secret.
    Secret: SECRET
}

impl<'s> Secret<'s> {
    /// The type: `kubernetes.io/tls`.
    pub fn of_type(self) -> Cow<'s, str> {
        self.0.text(&["type"]).unwrap_or_default()
    }

    /// The base64 text of a key that holds a certificate. `oc adm inspect` keeps only these
    /// (`pkg/cli/admin/inspect/secret.go`); no other key is ever handed out.
    pub fn certificate(self, key: Certificate) -> Option<Cow<'s, str>> {
        self.0.at(&["data", key.name()]).and_then(Value::text)
    }
}

/// A key of a Secret that holds certificates and nothing secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// `tls.crt`
    Leaf,
    /// `ca.crt`
    Authority,
}

impl Certificate {
    /// The key.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leaf => "tls.crt",
            Self::Authority => "ca.crt",
        }
    }
}
