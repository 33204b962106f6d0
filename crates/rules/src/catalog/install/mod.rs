//! The first installation.

rules! {
    bootstrap_unfinished,
    unfinished,
}
