//! How users log in.

rules! {
    no_oauth_pods,
    route_unreachable,
}
