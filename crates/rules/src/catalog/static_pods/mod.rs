//! The static pods of the control plane and their installers.

rules! {}
