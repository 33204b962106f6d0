//! Cloud credentials that operators request.

rules! {
    mode_conflict,
    request_failing,
    root_missing,
    upgrade_annotation_missing,
}
