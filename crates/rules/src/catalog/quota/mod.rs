//! Quotas and limits of namespaces: objects that they reject.

rules! {
    exhausted,
    limit_range_violated,
}
