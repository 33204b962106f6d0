//! The flags of a scan that `mustknow.toml` can preset.

use clap::{Args, value_parser};
use mustknow_report::text::TextStyle;
use mustknow_rules::Severity;

use crate::flags::{ColourChoice, FailOn, OutputFormat, severity};
use crate::page_style::page_style;

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Preferences {
    /// Output format; docs/outputs.md shows each [default: text]
    #[arg(short, long, value_enum, value_name = "FORMAT", help_heading = "Output options")]
    output: Option<OutputFormat>,

    /// Show all evidence, consequences and gaps; with several archives, show every report
    #[arg(short, long, help_heading = "Output options")]
    pub(crate) verbose: bool,

    /// Use words and indentation instead of line drawings, for screen readers and plain logs
    #[arg(long, help_heading = "Output options")]
    plain: bool,

    /// When to use colors; `auto` respects NO_COLOR [default: auto]
    #[arg(long, value_enum, value_name = "WHEN", help_heading = "Output options")]
    color: Option<ColourChoice>,

    /// Run only these rules: ids or areas, as `mustknow rules` lists them
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules and findings")]
    pub(crate) only: Vec<String>,

    /// Do not run these rules: ids or areas
    #[arg(long, value_name = "RULE", value_delimiter = ',', help_heading = "Rules and findings")]
    pub(crate) ignore: Vec<String>,

    /// Show findings of this severity or higher, and milder findings that cause them
    #[arg(
        long,
        value_parser = severity(),
        value_name = "SEVERITY",
        help_heading = "Rules and findings"
    )]
    pub(crate) min_severity: Option<Severity>,

    /// Exit with code 1 if a finding that is shown has this severity or higher [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Rules and findings")]
    fail_on: Option<FailOn>,

    /// Number of threads, for all archives together [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
}

impl Preferences {
    pub(crate) fn output(&self) -> OutputFormat {
        self.output.unwrap_or(OutputFormat::Text)
    }

    pub(crate) fn fail_on(&self) -> FailOn {
        self.fail_on.unwrap_or(FailOn::Error)
    }

    /// How a page for people looks.
    pub(crate) fn style(&self) -> TextStyle {
        page_style(self.color.unwrap_or(ColourChoice::Auto), self.plain, self.verbose)
    }

    /// These flags, with those of `preset` where none was given. Rules to ignore add up.
    pub(crate) fn or(self, preset: &Self) -> Self {
        let ignore = self.ignore.into_iter().chain(preset.ignore.iter().cloned()).collect();
        Self {
            output: self.output.or(preset.output),
            verbose: self.verbose || preset.verbose,
            plain: self.plain || preset.plain,
            only: if self.only.is_empty() { preset.only.clone() } else { self.only },
            ignore,
            min_severity: self.min_severity.or(preset.min_severity),
            fail_on: self.fail_on.or(preset.fail_on),
            jobs: self.jobs.or(preset.jobs),
            color: self.color.or(preset.color),
        }
    }
}
