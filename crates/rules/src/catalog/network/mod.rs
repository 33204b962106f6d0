//! The cluster network and its operator.

rules! {
}
