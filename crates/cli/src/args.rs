//! The flags, as typed.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use mustknow_rules::Severity;

use crate::limits::Bounds;

const AFTER: &str = "\
Examples:
  mustknow must-gather.tar.gz               what is wrong, why, and what to do
  mustknow scan a.tgz b.zip dump/           several archives, one table
  mustknow scan --resume done.jsonl cases/  a folder of hundreds, and on from where it stopped
  mustknow cv.yaml co.yaml nodes.yaml       single files, as kubectl get wrote them: one cluster
  oc get co -o yaml | mustknow scan -       what comes through a pipe
  mustknow scan -o json x.tgz | jq .        for programs; docs/json.md describes it
  mustknow scan -o markdown x.tgz           for a ticket; docs/outputs.md shows every format
  mustknow rules                            what it knows
  mustknow rules etcd/quorum-lost           one rule: signal, mechanism, remedy, source

Exit codes:
  0  nothing at or above --fail-on was found
  1  something was
  2  the call was wrong, or an input could not be read at all";

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
    /// List the rules, all or some, or explain one
    Rules(Rules),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Scan {
    /// Archives, unpacked directories, folders of archives, single YAML or JSON files, or - for standard
    /// input, once. Told by content: tar and zip, gzip, xz, zstd and bzip2, and any of them within one another
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// How to write the result; docs/outputs.md shows each
    #[arg(short, long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(crate) output: Format,

    /// Show every piece of evidence, effect and gap; with several archives, every report
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// Write what is done to FILE, and take from it what an earlier call has done: an archive that has not
    /// changed, judged by the same version, rules and limits. With -o text and jsonl; docs/batch.md
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,

    /// The mildest finding that makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,

    /// Threads to use, over all archives [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,

    /// When to use colours; NO_COLOR is respected
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,

    #[command(flatten)]
    pub(crate) bounds: Bounds,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
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
    pub(crate) fn is_met_by(self, severity: &str) -> bool {
        let least = match self {
            Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
            Self::Critical => Severity::Critical,
            Self::Never => return false,
        };
        Severity::ALL.iter().any(|known| known.word() == severity && *known >= least)
    }
}

/// Reads the word for a severity.
fn severity() -> impl TypedValueParser<Value = Severity> {
    let words = PossibleValuesParser::new(Severity::ALL.map(Severity::word));
    words.map(|word| {
        let is_it = |severity: &Severity| severity.word() == word;
        Severity::ALL.into_iter().find(is_it).unwrap_or(Severity::Info)
    })
}
