//! The flags of `mustknow timeline`.

use std::path::PathBuf;

use clap::{Args, value_parser};
use jiff::SignedDuration;
use mustknow_rules::Severity;
use mustknow_timeline::Source;

use crate::args::limits::LimitArgs;
use crate::flags::{
    AroundTime, ColourChoice, TimelineFormat, TimelineGroupBy, severity, source, window,
};

#[derive(Debug, Args)]
pub(crate) struct TimelineArgs {
    /// Archives, directories, YAML or JSON files, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// Show events near this time, or on this day
    ///
    /// RFC 3339 (2024-09-30T08:00:00Z), a date and time in UTC (2024-09-30T08:00), or a date, which
    /// is the whole day.
    #[arg(long, value_name = "TIME", value_parser = AroundTime::parse, help_heading = "Filters")]
    pub(crate) around: Option<AroundTime>,

    /// Show events this long before and after --around, such as 30m or 2h [default: 30m]
    ///
    /// Without --around, show events this long before the archive was collected.
    #[arg(long, value_name = "DURATION", value_parser = window, help_heading = "Filters")]
    pub(crate) window: Option<SignedDuration>,

    /// Show events of objects in these namespaces; '' or - stands for cluster-scoped objects
    #[arg(short, long, value_name = "NS", value_delimiter = ',', help_heading = "Filters")]
    pub(crate) namespace: Vec<String>,

    /// Show events of these objects: KIND/NAME, KIND/ or NAME
    ///
    /// Kinds are written as `oc get` accepts them. A `*` at the end of a name matches any ending.
    #[arg(long, value_name = "OBJECT", value_delimiter = ',', help_heading = "Filters")]
    pub(crate) object: Vec<String>,

    /// Show events from these sources
    #[arg(
        long,
        value_parser = source(),
        value_name = "SOURCE",
        value_delimiter = ',',
        help_heading = "Filters"
    )]
    pub(crate) source: Vec<Source>,

    /// Show events of this severity or higher
    #[arg(long, value_parser = severity(), value_name = "SEVERITY", help_heading = "Filters")]
    pub(crate) min_severity: Option<Severity>,

    #[command(flatten)]
    pub(crate) page: TimelineOutputArgs,

    /// Number of threads [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

/// How the events are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output options")]
pub(crate) struct TimelineOutputArgs {
    /// Group the events in text
    #[arg(long, value_enum, default_value_t = TimelineGroupBy::Day, value_name = "GROUP")]
    pub(crate) by: TimelineGroupBy,

    /// Output format; docs/timeline.md describes each
    #[arg(short, long, value_enum, default_value_t = TimelineFormat::Text, value_name = "FORMAT")]
    pub(crate) output: TimelineFormat,

    /// Show whole messages, each event on a line of its own, and file and line of each
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// Use words and indentation instead of line drawings, for screen readers and plain logs
    #[arg(long)]
    pub(crate) plain: bool,

    /// When to use colors; `auto` respects NO_COLOR
    #[arg(long, value_enum, default_value_t = ColourChoice::Auto, value_name = "WHEN")]
    pub(crate) color: ColourChoice,
}
