//! The Insights Operator and its uploads.

rules! {
    upload_failed,
}
