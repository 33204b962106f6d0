//! What the benchmark measures with, and how it shows it.

pub(crate) mod child;
pub(crate) mod machine;
pub(crate) mod play;
pub(crate) mod role;
pub(crate) mod table;
