//! Names, inside the cluster and on its hosts.

rules! {
    coredns_loop,
    host_resolver_broken,
    pods_unavailable,
}
