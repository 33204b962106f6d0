//! Certificates and requests for them.

rules! {
    client_requests_pending,
    expired,
    serving_requests_pending,
}
