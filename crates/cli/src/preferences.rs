//! The flags of a scan that `mustknow.toml` can preset, under the same names and with the same words.

use clap::Args;
use mustknow_report::text::TextStyle;
use mustknow_rules::Severity;

use crate::args::{Colour, FailOn, Format, severity};
use crate::output;

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Preferences {
    /// How to write the result; docs/outputs.md shows each [default: text]
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    output: Option<Format>,

    /// Show every piece of evidence, effect and gap; with several archives, every report
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// Words and indentation in place of drawings, for screen readers and plain logs
    #[arg(long)]
    plain: bool,

    /// Judge by these rules only: ids or areas, as `mustknow rules` lists them
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) only: Vec<String>,

    /// Do not judge by these rules: ids or areas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,

    /// The mildest finding that is shown; milder causes of one that is shown stay
    #[arg(long, value_parser = severity(), value_name = "SEVERITY")]
    pub(crate) min_severity: Option<Severity>,

    /// The mildest finding, of those that are shown, that makes the exit code 1 [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,

    /// Threads to use, over all archives [default: one for each core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,

    /// When to use colours; NO_COLOR is respected [default: auto]
    #[arg(long, value_enum, value_name = "WHEN")]
    color: Option<Colour>,
}

impl Preferences {
    pub(crate) fn output(&self) -> Format {
        self.output.unwrap_or(Format::Text)
    }

    pub(crate) fn fail_on(&self) -> FailOn {
        self.fail_on.unwrap_or(FailOn::Error)
    }

    /// How a page for people looks.
    pub(crate) fn style(&self) -> TextStyle {
        output::style(self.color.unwrap_or(Colour::Auto), self.plain, self.verbose)
    }

    /// These, and where they say nothing what `preset` says. Rules to leave out add up.
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
