//! Admission webhooks.

rules! {
}
