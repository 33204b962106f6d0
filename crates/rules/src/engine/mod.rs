//! Runs the rules, and decides what is the same for all of them.

pub mod aggregate;
pub mod causality;
pub mod client;
pub mod context;
mod decisive;
pub mod evidence;
pub mod finding;
pub mod manual;
pub mod memo;
pub mod meta;
pub mod namespace;
pub mod needs;
pub mod persistence;
pub mod place;
pub(crate) mod positions;
pub mod quoting;
pub mod rule;
pub mod run;
pub(crate) mod settle;
mod shared_keys;
pub(crate) mod source;
pub(crate) mod template;
pub mod verdict;
pub mod version;

pub use namespace::{client, is_platform, severity_in};
pub use persistence::{INSTALLATION, Persistence, is_installing};
pub use quoting::{colon_excerpt, excerpt, is_shell_safe, name_list, name_list_up_to, pluralize};
