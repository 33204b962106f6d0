//! The must-gather collection itself.

rules! {
    client_clock_skewed,
    incomplete,
}
