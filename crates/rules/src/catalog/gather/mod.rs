//! The collection itself.

rules! {
}
