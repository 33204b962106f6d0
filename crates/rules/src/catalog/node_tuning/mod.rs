//! The node tuning operator: profiles that nodes do not take, or not all of.

rules! {
    profile_conflicting,
    profile_degraded,
}
