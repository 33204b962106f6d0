//! Pods that do not run.

rules! {}
