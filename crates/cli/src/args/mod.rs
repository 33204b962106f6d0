//! The command line as typed.

mod cli;
#[cfg(feature = "generate")]
mod generate;
mod help;
mod limits;
mod preferences;
mod rules;
mod scan;
mod timeline;
mod why;

pub(crate) use cli::{Cli, CliCommand};
#[cfg(feature = "generate")]
pub(crate) use generate::{CompletionsArgs, ManArgs};
pub(crate) use limits::LimitArgs;
pub(crate) use preferences::Preferences;
pub(crate) use rules::RulesArgs;
pub(crate) use scan::ScanArgs;
pub(crate) use timeline::TimelineArgs;
pub(crate) use why::WhyArgs;
