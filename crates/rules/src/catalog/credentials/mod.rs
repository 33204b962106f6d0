//! The credentials for the cloud that operators ask for.

rules! {
    request_failing,
    root_missing,
    upgrade_annotation_missing,
}
