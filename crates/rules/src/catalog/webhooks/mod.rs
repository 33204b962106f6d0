//! Admission webhooks.

rules! {
    without_endpoints,
}
