//! What monitoring says of the cluster, and how monitoring itself does.

rules! {
    alerts_firing,
}
