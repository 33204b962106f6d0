//! Name resolution, inside the cluster and on its hosts.

rules! {
    api_unreachable,
    coredns_loop,
    errors_high,
    host_resolver_broken,
    pods_unavailable,
    service_missing,
    upstream_failing,
}
