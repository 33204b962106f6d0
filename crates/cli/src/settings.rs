//! `mustknow.toml`: what a scan is to do unless flags say otherwise, and findings that are accepted.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use clap::Parser;
use jiff::civil::Date;
use mustknow_report::{Pattern, Suppression};
use mustknow_rules::catalog;
use serde::Deserialize;
use toml::value::Datetime;
use toml::{Table, Value};

use crate::args::Scan;
use crate::limits::Bounds;
use crate::preferences::Preferences;

/// The file that is read without being named: the one in the working directory.
const FILE: &str = "mustknow.toml";
/// No settings are longer, in bytes.
const LONGEST: u64 = 1 << 20;

/// The settings.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    preset: Preset,
    suppressions: Vec<Suppression>,
}

/// The flags that can be preset. They are read as flags are, so the words and the bounds are the same.
#[derive(Debug, Default, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct Preset {
    #[command(flatten)]
    preferences: Preferences,
    #[command(flatten)]
    bounds: Bounds,
}

/// The file, as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    scan: Table,
    suppress: Vec<Suppress>,
}

/// A finding that is accepted, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Suppress {
    rule: String,
    subject: Option<String>,
    cluster: Option<String>,
    reason: String,
    until: Day,
}

/// A day, as a date or as text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Day {
    Date(Datetime),
    Text(String),
}

impl Settings {
    /// Reads the settings that `args` ask for; says what is wrong with them, and where.
    pub(crate) fn read(args: &Scan) -> Result<Self, String> {
        match &args.config {
            _ if args.no_config => Ok(Self::default()),
            Some(path) => Self::read_file(path),
            None if Path::new(FILE).is_file() => Self::read_file(Path::new(FILE)),
            None => Ok(Self::default()),
        }
    }

    fn read_file(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = text(path).map_err(|error| format!("{name} cannot be read: {error}"))?;
        Self::parse(&text).map_err(|error| format!("{name}: {error}"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|error| error.to_string())?;
        let preset = Preset::try_parse_from(flags(&written.scan)).map_err(|error| {
            let words = error.to_string();
            let words = words.split("\n\nUsage").next().unwrap_or_default();
            format!("[scan]: {}", words.trim_start_matches("error: ").trim_end())
        })?;
        let suppressions = written.suppress.iter().map(Suppress::read).collect::<Result<_, _>>()?;
        Ok(Self { preset, suppressions })
    }

    /// `args`, with what they leave open as it is preset.
    pub(crate) fn preset(&self, mut args: Scan) -> Scan {
        args.preferences = args.preferences.or(&self.preset.preferences);
        args.bounds = args.bounds.or(&self.preset.bounds);
        args
    }

    /// The findings that are accepted.
    pub(crate) fn suppressions(&self) -> &[Suppression] {
        &self.suppressions
    }
}

/// A table as flags: `fail-on = "warning"` as `--fail-on=warning`, `verbose = true` as `--verbose`.
fn flags(table: &Table) -> Vec<String> {
    let words = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    table
        .iter()
        .flat_map(|(name, value)| match value {
            Value::Boolean(false) => Vec::new(),
            Value::Boolean(true) => vec![format!("--{name}")],
            Value::Array(values) => {
                values.iter().map(|value| format!("--{name}={}", words(value))).collect()
            }
            value => vec![format!("--{name}={}", words(value))],
        })
        .collect()
}

impl Suppress {
    fn read(&self) -> Result<Suppression, String> {
        let rule = &self.rule;
        if catalog::find(rule).is_none() {
            return Err(format!(
                "there is no rule {rule} to suppress; `mustknow rules` lists them"
            ));
        }
        if self.reason.trim().is_empty() {
            return Err(format!("the suppression of {rule} needs a reason"));
        }
        let until = match &self.until {
            Day::Date(date) => date.to_string(),
            Day::Text(text) => text.clone(),
        };
        let until: Date = until.parse().map_err(|_| {
            format!("until = {until:?} of {rule} is no day; one is written 2026-12-31")
        })?;
        let subject = self.subject.as_deref().map(|subject| {
            Pattern::new(subject).ok_or_else(|| format!("the subject of {rule} is too long"))
        });
        Ok(Suppression {
            rule: rule.clone(),
            subject: subject.transpose()?,
            cluster: self.cluster.clone(),
            reason: self.reason.clone(),
            until,
        })
    }
}

fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(io::Error::other("it is longer than 1 MiB"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Format;

    const WHOLE: &str = "
        [scan]
        output = 'json'
        fail-on = 'warning'
        min-severity = 'error'
        ignore = ['samples', 'etcd/quorum-lost']
        jobs = 3
        color = 'never'
        plain = true
        verbose = true
        memory = '1GiB'
        max-entries = 7
        timeout = '90s'

        [[suppress]]
        rule = 'etcd/quorum-lost'
        subject = 'Node/worker-*'
        reason = 'two of three are being moved'
        until = 2026-12-31

        [[suppress]]
        rule = 'etcd/quorum-lost'
        cluster = 'one'
        reason = 'the same'
        until = '2026-12-31'
    ";

    #[test]
    fn every_table_is_read() {
        let settings = Settings::parse(WHOLE).unwrap();
        let preferences = &settings.preset.preferences;
        assert_eq!((preferences.output(), preferences.jobs), (Format::Json, Some(3)));
        assert_eq!(preferences.ignore, ["samples", "etcd/quorum-lost"]);
        assert_eq!(settings.preset.bounds.memory.unwrap().as_u64(), 1 << 30);
        let [first, second] = settings.suppressions() else { panic!("two") };
        assert_eq!(first.until, second.until);
        assert_eq!(second.cluster.as_deref(), Some("one"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let suppress = |rest: &str| format!("[[suppress]]\nrule = 'etcd/quorum-lost'\n{rest}");
        for (text, said) in [
            ("[scan]\ncolour = 'never'", "similar argument exists: '--color'"),
            ("[scan]\noutput = 'tea'", "invalid value 'tea' for '--output <FORMAT>'"),
            ("[scan]\nmin-severity = 'bad'", "[possible values: info"),
            ("[scan]\njobs = 0", "'--jobs <N>'"),
            ("[scan]\ntimeout = '90'", "such as 90s"),
            ("[scan]\nmemory = 0", "more than 0"),
            ("[scan]\nmax-depth = 33", "33 is not in 1..=32"),
            ("[scan]\nverbose = 'yes'", "'--verbose'"),
            ("[limits]\nmemory = '1GiB'", "unknown field `limits`"),
            ("scan = 1", "line 1, column 8"),
            ("[[suppress]]\nrule = 'x/y'\nreason = 'r'\nuntil = 2026-01-01", "no rule x/y"),
            (&suppress("until = 2026-01-01"), "missing field `reason`"),
            (&suppress("reason = 'r'"), "missing field `until`"),
            (&suppress("reason = ' '\nuntil = 2026-01-01"), "needs a reason"),
            (&suppress("reason = 'r'\nuntil = 'soon'"), "is no day"),
            (&suppress("reason = 'r'\nuntil = 12:00:00"), "is no day"),
        ] {
            let error = Settings::parse(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
