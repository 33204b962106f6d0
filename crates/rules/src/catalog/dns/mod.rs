//! Names, inside the cluster and on its hosts.

rules! {
}
