//! `Lease`: who leads, and when it last said so.

use super::{LEASE, view};
use crate::time::Time;

view! {
    /// One Lease.
    Lease: LEASE
}

impl Lease<'_> {
    /// When it was renewed last.
    pub fn renewed(self) -> Option<Time> {
        self.0.time(&["spec", "renewTime"])
    }
}
