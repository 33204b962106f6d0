//! Admission and conversion webhooks that the API server calls.

rules! {
    calls_failing,
    conversion_unanswered,
    reported_failing,
    virtual_resources_matched,
    without_endpoints,
}
