//! Runs the rules, and decides what no rule decides for itself.

pub mod aggregate;
pub mod causality;
pub mod context;
pub mod evidence;
pub mod finding;
pub mod manual;
pub mod memo;
pub mod meta;
pub mod persistence;
pub mod place;
pub mod quoting;
pub mod rule;
pub mod run;
pub(crate) mod source;
pub mod verdict;
pub mod version;

pub use persistence::{INSTALLATION, Persistence, is_installing};
pub use place::{client, is_platform, severity_in};
pub use quoting::{count, enumerate, excerpt, few, is_plain};
