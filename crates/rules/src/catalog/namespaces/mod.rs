//! Namespaces and their end.

rules! {
    terminating_stuck,
}
