//! The terms in which rules speak: what they see of a cluster, what they find, and what they answer.

pub mod client;
pub mod command;
pub mod context;
mod decisive;
pub mod evidence;
pub mod finding;
pub mod memo;
pub mod meta;
pub mod persistence;
pub mod place;
pub(crate) mod positions;
pub mod quoting;
pub(crate) mod template;
pub mod verdict;
pub mod version;

pub use command::Command;
pub use persistence::{INSTALLATION, Persistence, is_installing, is_of_installation};
pub use place::is_platform;
pub use quoting::{colon_excerpt, excerpt, is_shell_safe, name_list, name_list_up_to, pluralize};
