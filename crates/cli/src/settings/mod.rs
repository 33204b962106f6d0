//! `mustknow.toml`: flags that are preset for every scan, and findings that are accepted.

mod file;
mod preset;

pub(crate) use file::Settings;
