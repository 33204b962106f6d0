//! `Lease`: the holder, and when it renewed the lease.

use std::borrow::Cow;

use super::declare::view;
use crate::model::kinds::LEASE;
use crate::model::time::Time;

view! {
    /// One Lease.
    Lease: LEASE
}

impl<'s> Lease<'s> {
    /// `spec.holderIdentity`: usually a pod name, an underscore and a random id.
    pub fn holder(self) -> Option<Cow<'s, str>> {
        self.0.text(&["spec", "holderIdentity"])
    }

    /// `spec.renewTime`.
    pub fn renewed(self) -> Option<Time> {
        self.0.time(&["spec", "renewTime"])
    }
}
