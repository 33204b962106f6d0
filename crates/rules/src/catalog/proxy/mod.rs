//! The cluster-wide proxy: its trusted CA, and the destinations that must bypass it.

rules! {
    internal_names_proxied,
    nodes_proxied,
    trusted_ca_missing,
}
