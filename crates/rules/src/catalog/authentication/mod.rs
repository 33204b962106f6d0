//! User authentication: the OAuth server and its API server.

rules! {
    custom_route_invalid,
    identity_provider_invalid,
    login_config_failed,
    no_api_pods,
    no_oauth_pods,
    proxy_blocks_login,
    route_missing,
    route_unreachable,
    service_unreachable,
    wellknown_not_ready,
}
