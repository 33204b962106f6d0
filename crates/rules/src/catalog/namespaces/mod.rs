//! Namespaces and their deletion.

rules! {
    terminating_stuck,
}
