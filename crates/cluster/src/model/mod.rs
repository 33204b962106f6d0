//! What a cluster is made of, as an archive shows it: kinds, objects, coverage, time, and the snapshot of them all.

pub mod certificate;
pub mod clock;
pub mod coverage;
pub mod format;
pub mod interest;
pub mod kind;
pub mod kinds;
pub mod known_file;
pub mod log;
pub mod resource;
pub mod snapshot;
pub mod time;
pub mod view;
