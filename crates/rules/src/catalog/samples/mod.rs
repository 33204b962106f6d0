//! The sample image streams and templates.

rules! {
    configuration_invalid,
    import_failing,
}
