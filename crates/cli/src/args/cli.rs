//! The commands.

use clap::{Parser, Subcommand};

#[cfg(feature = "generate")]
use crate::args::generate::{CompletionsArgs, ManArgs};
use crate::args::help;
use crate::args::rules::RulesArgs;
use crate::args::scan::ScanArgs;
use crate::args::timeline::TimelineArgs;
use crate::args::why::WhyArgs;

/// Diagnose Kubernetes, OpenShift and OKD clusters from must-gathers and other dumps
///
/// mustknow reads a must-gather or another dump of a cluster and reports the root cause, its
/// consequences, the evidence with file and line, the checks that were inconclusive because data
/// was not collected, and what to do next. It needs no cluster and no network.
#[derive(Debug, Parser)]
#[command(
    name = "mustknow",
    version,
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    after_help = help::SCAN_SHORT,
    after_long_help = help::SCAN_LONG
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<CliCommand>,
    #[command(flatten)]
    pub(crate) scan: ScanArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CliCommand {
    /// Diagnose the clusters in archives; the default command
    #[command(
        arg_required_else_help = true,
        after_help = help::SCAN_SHORT,
        after_long_help = help::SCAN_LONG
    )]
    Scan(ScanArgs),
    /// Show what happened in a cluster, in order of time
    ///
    /// Times are those of the archive, in UTC. A timeline shows what objects, events and logs
    /// record and does not diagnose.
    #[command(
        arg_required_else_help = true,
        after_help = help::TIMELINE_SHORT,
        after_long_help = help::TIMELINE_LONG
    )]
    Timeline(TimelineArgs),
    /// Show what one object depends on, down to what is wrong
    ///
    /// Each object on the way has its state in a line and the findings about it. Where the archive
    /// ends, the answer says what was not collected. Of a healthy object it says what was checked.
    #[command(
        arg_required_else_help = true,
        after_help = help::WHY_SHORT,
        after_long_help = help::WHY_LONG
    )]
    Why(WhyArgs),
    /// List the rules, or explain one
    #[command(after_long_help = help::RULES_LONG)]
    Rules(RulesArgs),
    /// Print a completion script for a shell
    #[cfg(feature = "generate")]
    #[command(after_long_help = help::COMPLETIONS_LONG)]
    Completions(CompletionsArgs),
    /// Write the man pages
    #[cfg(feature = "generate")]
    #[command(after_long_help = help::MAN_LONG)]
    Man(ManArgs),
}
