//! The settings file: where it is read from, and the findings it accepts.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use jiff::civil::Date;
use mustknow_report::{Pattern, Suppression};
use mustknow_rules::catalog;
use serde::Deserialize;
use toml::Table;
use toml::value::Datetime;

use crate::args::ScanArgs;
use crate::messages;
use crate::settings::preset::PresetFlags;
use crate::suggest::{LIST_RULES, unknown};

/// The file that is read by default, from the working directory.
const FILE: &str = "mustknow.toml";
/// The most bytes of a settings file.
const MAX_BYTES: u64 = 1 << 20;

/// The settings.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    preset: PresetFlags,
    suppressions: Vec<Suppression>,
}

/// The file, as written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SettingsFile {
    scan: Table,
    suppress: Vec<SuppressEntry>,
}

/// A finding that is accepted, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SuppressEntry {
    rule: String,
    subject: Option<String>,
    cluster: Option<String>,
    reason: String,
    until: UntilDate,
}

/// A date, as TOML writes dates or as a string.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum UntilDate {
    Date(Datetime),
    Text(String),
}

impl Settings {
    /// Reads the settings that `args` ask for, or says what is wrong with them, and where.
    pub(crate) fn read(args: &ScanArgs) -> Result<Self, String> {
        match &args.config {
            _ if args.no_config => Ok(Self::default()),
            Some(path) => Self::read_file(path),
            None if Path::new(FILE).is_file() => Self::read_file(Path::new(FILE)),
            None => Ok(Self::default()),
        }
    }

    fn read_file(path: &Path) -> Result<Self, String> {
        let name = messages::path(path);
        let text = text(path).map_err(|error| format!("{name}: {}", messages::reason(&error)))?;
        Self::parse(&text).map_err(|error| format!("{name}: {error}"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let file: SettingsFile = toml::from_str(text).map_err(|error| error.to_string())?;
        let preset = PresetFlags::read(&file.scan).map_err(|error| format!("[scan]: {error}"))?;
        let suppressions =
            file.suppress.iter().map(SuppressEntry::read).collect::<Result<_, _>>()?;
        Ok(Self { preset, suppressions })
    }

    /// The flags in `args`, and the preset ones where `args` has none.
    pub(crate) fn preset(&self, mut args: ScanArgs) -> ScanArgs {
        args.preferences = args.preferences.or(&self.preset.preferences);
        args.limits = args.limits.or(&self.preset.limits);
        args
    }

    /// The findings that are accepted.
    pub(crate) fn suppressions(&self) -> &[Suppression] {
        &self.suppressions
    }
}

impl SuppressEntry {
    fn read(&self) -> Result<Suppression, String> {
        let rule = &self.rule;
        if catalog::find(rule).is_none() {
            let ids = catalog::all().iter().map(|rule| rule.meta.id);
            return Err(format!("[[suppress]]: {}", unknown("rule", rule, ids, LIST_RULES)));
        }
        if self.reason.trim().is_empty() {
            return Err(format!("[[suppress]] of {rule}: the reason is empty"));
        }
        let until = match &self.until {
            UntilDate::Date(date) => date.to_string(),
            UntilDate::Text(text) => text.clone(),
        };
        let until: Date = until.parse().map_err(|_| {
            format!(
                "[[suppress]] of {rule}: until must be a date such as 2026-12-31, not {until:?}"
            )
        })?;
        let subject = self.subject.as_deref().map(|subject| {
            Pattern::new(subject)
                .ok_or_else(|| format!("[[suppress]] of {rule}: the subject is too long"))
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
    File::open(path)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("larger than 1 MiB"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::OutputFormat;

    const EXAMPLE: &str = "
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
        let settings = Settings::parse(EXAMPLE).unwrap();
        let preferences = &settings.preset.preferences;
        assert_eq!((preferences.output(), preferences.jobs), (OutputFormat::Json, Some(3)));
        assert_eq!(preferences.ignore, ["samples", "etcd/quorum-lost"]);
        assert_eq!(settings.preset.limits.memory(8), 1 << 30);
        let [first, second] = settings.suppressions() else { panic!("two") };
        assert_eq!(first.until, second.until);
        assert_eq!(second.cluster.as_deref(), Some("one"));
    }

    #[test]
    fn an_error_names_what_is_wrong() {
        let suppress = |rest: &str| format!("[[suppress]]\nrule = 'etcd/quorum-lost'\n{rest}");
        for (text, expected) in [
            ("[scan]\ncolour = 'never'", "similar argument exists: '--color'"),
            ("[scan]\noutput = 'tea'", "invalid value 'tea' for '--output <FORMAT>'"),
            ("[scan]\nmin-severity = 'bad'", "[possible values: info"),
            ("[scan]\njobs = 0", "'--jobs <N>'"),
            ("[scan]\ntimeout = '90'", "such as 90s"),
            ("[scan]\nmemory = 0", "more than 0"),
            ("[scan]\nmax-depth = 33", "33 is not in 1..=32"),
            ("[scan]\nverbose = 'yes'", "'--verbose'"),
            ("[scan.limits]\nmemory = '1GiB'", "limits must be a value or a list of values"),
            ("[limits]\nmemory = '1GiB'", "unknown field `limits`"),
            ("scan = 1", "line 1, column 8"),
            ("[[suppress]]\nrule = 'x/y'\nreason = 'r'\nuntil = 2026-01-01", "no such rule `x/y`"),
            (&suppress("until = 2026-01-01"), "missing field `reason`"),
            (&suppress("reason = 'r'"), "missing field `until`"),
            (&suppress("reason = ' '\nuntil = 2026-01-01"), "the reason is empty"),
            (&suppress("reason = 'r'\nuntil = 'soon'"), "must be a date such as"),
            (&suppress("reason = 'r'\nuntil = 12:00:00"), "must be a date such as"),
        ] {
            let error = Settings::parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
