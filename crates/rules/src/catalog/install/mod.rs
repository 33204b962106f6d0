//! The first installation.

rules! {
}
