//! Machine config pools and the nodes in them.

rules! {}
