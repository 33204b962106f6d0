//! The installation of the cluster.

rules! {
    bootstrap_unfinished,
    unfinished,
}
