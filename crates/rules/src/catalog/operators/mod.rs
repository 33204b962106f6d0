//! ClusterOperators: what they say of themselves, which is never a root cause.

rules! {}
