//! Names, inside the cluster and on its hosts.

rules! {
    host_resolver_broken,
    pods_unavailable,
}
