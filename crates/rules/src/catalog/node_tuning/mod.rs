//! The Node Tuning Operator: TuneD profiles that nodes do not apply, or apply only in part.

rules! {
    profile_conflicting,
    profile_degraded,
}
