//! The cluster-wide proxy: what it is to reach, and what must go past it.

rules! {
    internal_names_proxied,
    nodes_proxied,
    trusted_ca_missing,
}
