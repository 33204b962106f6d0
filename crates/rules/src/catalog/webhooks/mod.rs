//! Webhooks that the API server asks: admission and conversion.

rules! {
    calls_failing,
    conversion_unanswered,
    reported_failing,
    virtual_resources_matched,
    without_endpoints,
}
