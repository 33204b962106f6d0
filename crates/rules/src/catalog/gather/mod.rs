//! The collection itself.

rules! {
    client_clock_skewed,
    incomplete,
}
