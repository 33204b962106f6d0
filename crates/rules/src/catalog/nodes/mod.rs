//! Nodes and their kubelets.

rules! {}
