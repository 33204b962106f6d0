//! Quotas and limits of namespaces: what they keep from being created.

rules! {
    exhausted,
    limit_range_violated,
}
