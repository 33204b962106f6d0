//! The ClusterVersion: updates that do not begin, do not end, or may not be begun.

rules! {}
