//! Flags whose value is one of a few words.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use mustknow_rules::Severity;
use mustknow_timeline::Source;

/// How the result of a scan is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// A report for people; a table if there are several clusters
    Text,
    /// At most ten lines for each cluster
    Summary,
    /// One JSON document, described in docs/json.md
    Json,
    /// The JSON document as YAML
    Yaml,
    /// One line of JSON for each cluster, written as soon as its archive is done
    Jsonl,
    /// Short Markdown for a ticket in GitHub or Jira
    Markdown,
    /// One self-contained page for a browser
    Html,
    /// SARIF 2.1.0 for code scanning, one result for each finding
    Sarif,
    /// JUnit XML for test reports in CI, one test case for each rule
    Junit,
}

/// How a timeline is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimelineFormat {
    /// For people
    Text,
    /// One line of JSON for each event, and one at the end of each cluster
    Jsonl,
}

/// How the answer about one object is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WhyFormat {
    /// For people
    Text,
    /// One JSON value for each cluster that has the object
    Json,
}

/// How the events of a timeline are grouped in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimelineGroupBy {
    /// Events of the same day
    Day,
    /// Events of the same object
    Object,
    /// Events in the same namespace
    Namespace,
    /// Events of the same severity, highest first
    Severity,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColourChoice {
    /// If standard output is a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Which findings make the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Any finding
    Info,
    /// Warnings, errors and critical findings
    Warning,
    /// Errors and critical findings
    Error,
    /// Critical findings
    Critical,
    /// No finding
    Never,
}

impl FailOn {
    /// Whether a finding of that severity makes the exit code 1.
    pub(crate) fn includes(self, severity: Severity) -> bool {
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

/// Reads a severity.
pub(crate) fn severity() -> impl TypedValueParser<Value = Severity> {
    let words = PossibleValuesParser::new(Severity::ALL.map(Severity::as_str));
    words.map(|word| Severity::parse(&word).unwrap_or(Severity::Info))
}

/// Reads a source of events.
pub(crate) fn source() -> impl TypedValueParser<Value = Source> {
    let words = PossibleValuesParser::new(Source::ALL.map(Source::as_str));
    words.map(|word| {
        let is_it = |source: &Source| source.as_str() == word;
        Source::ALL.into_iter().find(is_it).unwrap_or(Source::Event)
    })
}
