//! The kube-controller-manager: what it collects and signs.

rules! {
    garbage_not_collected,
    token_signer_stuck,
}
