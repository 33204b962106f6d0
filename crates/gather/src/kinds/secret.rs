//! `Secret`: only what a collection leaves readable, which is certificates.

use std::borrow::Cow;

use super::{SECRET, view};
use crate::yaml::Value;

/// The key of a Secret that holds a certificate and those that signed it.
const CERTIFICATE: &str = "tls.crt";

view! {
    /// One Secret.
    Secret: SECRET
}

impl Secret<'_> {
    /// The keys of `data` that are read and kept at all.
    pub(crate) const READ: &'static [&'static str] = &[CERTIFICATE];
}

impl<'s> Secret<'s> {
    /// The type: `kubernetes.io/tls`.
    pub fn of_type(self) -> Cow<'s, str> {
        self.0.text(&["type"]).unwrap_or_default()
    }

    /// The base64 text of `tls.crt`. `oc adm inspect` keeps only certificates
    /// (`pkg/cli/admin/inspect/secret.go`); no other key is ever handed out.
    pub fn certificate(self) -> Option<Cow<'s, str>> {
        self.0.at(&["data", CERTIFICATE]).and_then(Value::text)
    }
}
