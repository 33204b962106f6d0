//! `Secret`. Of its data only certificates are read, by `certs`.

use std::borrow::Cow;

use super::declare::view;
use crate::model::kinds::SECRET;

view! {
    /// One Secret.
    Secret: SECRET
}

impl<'s> Secret<'s> {
    /// The type: `kubernetes.io/tls`.
    pub fn of_type(self) -> Cow<'s, str> {
        self.0.text(&["type"]).unwrap_or_default()
    }
}
