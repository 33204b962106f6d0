//! Certificates and requests for them.

rules! {
}
