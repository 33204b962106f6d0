//! The web console.

rules! {
    deployment_unavailable,
    notification_not_synced,
    oauth_client_not_synced,
    resources_not_synced,
    route_unhealthy,
}
