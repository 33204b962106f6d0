//! `Service`: a name for pods, or for something outside.

use std::borrow::Cow;

use super::{SERVICE, view};

view! {
    /// One Service.
    Service: SERVICE
}

impl<'s> Service<'s> {
    /// The type; `ClusterIP` when none is given.
    pub fn of_type(self) -> Cow<'s, str> {
        self.0.text(&["spec", "type"]).unwrap_or(Cow::Borrowed("ClusterIP"))
    }
}
