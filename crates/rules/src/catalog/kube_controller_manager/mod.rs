//! The kube-controller-manager: garbage collection and service account tokens.

rules! {
    garbage_not_collected,
    token_signer_stuck,
}
