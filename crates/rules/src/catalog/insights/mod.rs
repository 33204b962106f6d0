//! The Insights operator: whether what it gathers arrives.

rules! {
    upload_failed,
}
