//! The data types: kinds, objects, logs, certificates, coverage, time, and the snapshot that holds
//! them.

pub mod certificate;
pub mod clock;
pub mod coverage;
pub mod custom_resource;
pub mod format;
pub mod hidden;
pub mod interest;
pub mod kind;
pub mod kind_names;
pub mod kinds;
pub mod known_file;
pub mod log;
pub mod log_tail;
pub mod platform;
pub(crate) mod record_times;
pub mod resource;
pub mod snapshot;
pub mod time;
pub mod view;
