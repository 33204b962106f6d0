//! How users log in.

rules! {
}
