//! `Lease`: who leads, and when it last said so.

use std::borrow::Cow;

use super::declare::view;
use crate::model::kinds::LEASE;
use crate::model::time::Time;

view! {
    /// One Lease.
    Lease: LEASE
}

impl<'s> Lease<'s> {
    /// Who holds it: mostly a pod's name, an underscore and a random id.
    pub fn holder(self) -> Option<Cow<'s, str>> {
        self.0.text(&["spec", "holderIdentity"])
    }

    /// When it was renewed last.
    pub fn renewed(self) -> Option<Time> {
        self.0.time(&["spec", "renewTime"])
    }
}
