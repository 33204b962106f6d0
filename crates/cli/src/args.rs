//! The flags, as typed.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::SignedDuration;
use mustknow_rules::Severity;
use mustknow_timeline::Source;

use crate::limits::Bounds;
use crate::preferences::Preferences;
use crate::when::{self, When};

const AFTER: &str = "\
Examples:
  mustknow must-gather.tar.gz               what is wrong, why, and what to do
  mustknow scan a.tgz b.zip dump/           several archives, one table
  mustknow scan --resume done.jsonl cases/  a folder of hundreds, and on from where it stopped
  mustknow cv.yaml co.yaml nodes.yaml       single files, as kubectl get wrote them: one cluster
  oc get co -o yaml | mustknow scan -       what comes through a pipe
  mustknow scan -o json x.tgz | jq .        for programs; docs/json.md describes it
  mustknow scan -o markdown x.tgz           for a ticket; docs/outputs.md shows every format
  mustknow scan --summary x.tgz             ten lines
  mustknow scan --only etcd,update x.tgz    some rules; docs/settings.md, mustknow.toml for always
  mustknow timeline x.tgz --window 3h       what happened in the last hours before the gather
  mustknow rules                            what it knows
  mustknow rules etcd/quorum-lost           one rule: signal, mechanism, remedy, source

Exit codes:
  0  nothing at or above --fail-on was found
  1  something was
  2  the call was wrong, or an input could not be read at all";

const COMPLETIONS: &str = "\
Examples:
  mustknow completions bash > ~/.local/share/bash-completion/completions/mustknow
  mustknow completions zsh > ~/.zfunc/_mustknow       with ~/.zfunc in fpath
  mustknow completions fish > ~/.config/fish/completions/mustknow.fish";

const AFTER_TIMELINE: &str = "\
Examples:
  mustknow timeline must-gather.tar.gz                        everything the archive tells
  mustknow timeline x.tgz --around 2024-09-30T08:00           half an hour before and after
  mustknow timeline x.tgz --around '2024-09-30 08:00' --window 2h
  mustknow timeline x.tgz --window 3h                         the last three hours before the gather
  mustknow timeline x.tgz --min-severity warning --source update,condition,node
  mustknow timeline x.tgz -n openshift-etcd,openshift-kube-apiserver
  mustknow timeline x.tgz -n ''                               what is in no namespace
  mustknow timeline x.tgz --object co/etcd --object node/     one ClusterOperator and every Node
  mustknow timeline x.tgz --by object --object 'po/etcd-*'    each object for itself
  mustknow timeline x.tgz -o jsonl | jq -r 'select(.moment) | [.moment.at, .moment.words] | @tsv'

Times are those of the archive, UTC. A condition tells only when it changed last. The last line counts
what the filters left out.

Exit codes:
  0  every input was read
  2  the call was wrong, or an input could not be read at all
A timeline judges nothing, so 1 does not occur.";

/// Reads what is left of a Kubernetes, OpenShift or OKD cluster (a must-gather above all) and
/// tells what you must know: the root cause, what it explains, the evidence with file and line,
/// what could not be judged, and what to do next. It needs no cluster and no network.
#[derive(Debug, Parser)]
#[command(name = "mustknow", version, after_help = AFTER, args_conflicts_with_subcommands = true,
    arg_required_else_help = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) scan: Scan,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge archives; the same as naming them without a command
    #[command(after_help = AFTER, arg_required_else_help = true)]
    Scan(Scan),
    /// Tell what happened when, all sources in one order
    #[command(after_help = AFTER_TIMELINE, arg_required_else_help = true)]
    TimelineReport(TimelineReport),
    /// List the rules, all or some, or explain one
    Rules(Rules),
    /// Write the completions of a shell
    #[command(after_help = COMPLETIONS)]
    Completions(Completions),
    /// Write the manual as man pages
    Man(Man),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Scan {
    /// Archives, unpacked directories, folders of archives, single YAML or JSON files, or - for standard
    /// input, once. Told by content: tar and zip, gzip, xz, zstd and bzip2, and any of them within one another
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) preferences: Preferences,

    /// Ten lines for a ticket: the same as -o summary
    #[arg(long, conflicts_with_all = ["output", "verbose"])]
    summary: bool,

    /// Write nothing but errors: the exit code tells
    #[arg(short, long, conflicts_with_all = ["output", "verbose", "summary"])]
    pub(crate) quiet: bool,

    /// Write what is done to FILE, and take from it what an earlier call has done: an archive that has not
    /// changed, judged by the same version, rules, limits and settings. With -o text and jsonl;
    /// docs/batch.md
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,

    /// Settings to read in place of mustknow.toml in the working directory
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,

    /// Read no settings, not even mustknow.toml in the working directory
    #[arg(long)]
    pub(crate) no_config: bool,

    #[command(flatten)]
    pub(crate) bounds: Bounds,
}

impl Scan {
    pub(crate) fn output(&self) -> Format {
        if self.summary { Format::Summary } else { self.preferences.output() }
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TimelineReport {
    /// Archives, unpacked directories, single YAML or JSON files, or - for standard input, once
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// Only what is near this time: RFC 3339, a date and a time in UTC, or a date, which is the whole
    /// day
    #[arg(long, value_name = "TIME", value_parser = When::parse)]
    pub(crate) around: Option<When>,

    /// How near: so long before and after --around, such as 30m or 2h [default: 30m]; without
    /// --around so long before the gather time
    #[arg(long, value_name = "DURATION", value_parser = when::window)]
    pub(crate) window: Option<SignedDuration>,

    /// Only what is about objects in these namespaces; '' or - for what is in none
    #[arg(short, long, value_name = "NS", value_delimiter = ',')]
    pub(crate) namespace: Vec<String>,

    /// Only what is about these objects: KIND/NAME, KIND/ or either, kinds as oc get spells them;
    /// a * at the end of a name stands for any end
    #[arg(long, value_name = "OBJECT", value_delimiter = ',')]
    pub(crate) object: Vec<String>,

    /// Only what these tell
    #[arg(long, value_parser = source(), value_name = "SOURCE", value_delimiter = ',')]
    pub(crate) source: Vec<Source>,

    /// Only what is of this severity and worse, as the thing itself says it
    #[arg(long, value_parser = severity(), value_name = "SEVERITY")]
    pub(crate) min_severity: Option<Severity>,

    /// What stands together in text
    #[arg(long, value_enum, default_value_t = Group::Day, value_name = "GROUP")]
    pub(crate) by: Group,

    /// How to write it; docs/timeline.md shows each
    #[arg(short, long, value_enum, default_value_t = Lines::Text, value_name = "FORMAT")]
    pub(crate) output: Lines,

    /// Show messages whole, every moment in a line of its own, and the file and line that tell it
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// Threads to use [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,

    /// Words and indentation in place of drawings, for screen readers and plain logs
    #[arg(long)]
    pub(crate) plain: bool,

    /// When to use colours; NO_COLOR is respected
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,

    #[command(flatten)]
    pub(crate) bounds: Bounds,
}

/// How a timeline is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lines {
    /// For people
    Text,
    /// For programs: a line of JSON for each moment, and one at the end of each cluster
    Jsonl,
}

/// What stands together in a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Group {
    /// What happened on one day
    Day,
    /// What happened to one object
    Object,
    /// What happened in one namespace
    Namespace,
    /// What is as bad, the worst first
    Severity,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Rules {
    /// The rule to explain: `area/bad-state`
    #[arg(value_name = "ID", conflicts_with_all = ["area", "severity", "tag"])]
    pub(crate) id: Option<String>,

    /// Only rules of these areas: the part of an id before the slash
    #[arg(short, long, value_name = "AREA", value_delimiter = ',')]
    pub(crate) area: Vec<String>,

    /// Only rules of this severity and worse
    #[arg(short, long, value_parser = severity(), value_name = "SEVERITY")]
    pub(crate) severity: Option<Severity>,

    /// Only rules with all of these tags: cause, symptom, context; openshift, okd, kubernetes,
    /// version-bound; log, alert, event for what they read
    #[arg(short, long, value_name = "TAG", value_delimiter = ',')]
    pub(crate) tag: Vec<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Man {
    /// The folder for mustknow.1 and a page for each command; without it mustknow.1 goes to standard
    /// output
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// Ten lines for a ticket
    Summary,
    /// For programs: one object; docs/json.md describes it
    Json,
    /// The same as YAML
    Yaml,
    /// A line of JSON for each report, as soon as its archive is done
    Jsonl,
    /// For a ticket: short, for GitHub and Jira
    Markdown,
    /// For a browser: one page that holds everything and loads nothing
    Html,
    /// For code scanning: SARIF 2.1.0, a result for each finding
    Sarif,
    /// For test reports in CI: JUnit XML, a case for each rule
    Junit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Any finding
    Info,
    /// Warnings and worse
    Warning,
    /// Errors and worse
    Error,
    /// Only what stops the cluster or its update
    Critical,
    /// No finding
    Never,
}

impl FailOn {
    /// Whether a finding of that severity makes the exit code 1.
    pub(crate) fn is_met_by(self, severity: Severity) -> bool {
        let least = match self {
            Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
            Self::Critical => Severity::Critical,
            Self::Never => return false,
        };
        severity >= least
    }
}

/// Reads the word for a severity.
pub(crate) fn severity() -> impl TypedValueParser<Value = Severity> {
    let words = PossibleValuesParser::new(Severity::ALL.map(Severity::as_str));
    words.map(|word| Severity::parse(&word).unwrap_or(Severity::Info))
}

/// Reads the word for a source.
fn source() -> impl TypedValueParser<Value = Source> {
    let words = PossibleValuesParser::new(Source::ALL.map(Source::as_str));
    words.map(|word| {
        let is_it = |source: &Source| source.as_str() == word;
        Source::ALL.into_iter().find(is_it).unwrap_or(Source::Event)
    })
}
