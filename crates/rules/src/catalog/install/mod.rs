//! The first installation.

rules! {}
