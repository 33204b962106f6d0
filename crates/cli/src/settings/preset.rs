//! The table `[scan]`: flags that are preset for every scan.

use std::slice;

use clap::Parser;
use toml::{Table, Value};

use crate::args::{LimitArgs, Preferences};

/// The flags that can be preset. They are parsed as flags, so values and errors are the same.
#[derive(Debug, Default, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
pub(super) struct PresetFlags {
    #[command(flatten)]
    pub(super) preferences: Preferences,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
}

impl PresetFlags {
    /// Reads the table, or says what is wrong with it.
    pub(super) fn read(table: &Table) -> Result<Self, String> {
        Self::try_parse_from(flags(table)?).map_err(|error| {
            let message = error.to_string();
            let message = message.split("\n\nUsage").next().unwrap_or_default();
            message.trim_start_matches("error: ").trim_end().to_owned()
        })
    }
}

/// A table as flags: `fail-on = "warning"` as `--fail-on=warning`, `verbose = true` as `--verbose`.
fn flags(table: &Table) -> Result<Vec<String>, String> {
    let mut flags = Vec::new();
    for (name, value) in table {
        let values = match value {
            Value::Boolean(false) => continue,
            Value::Boolean(true) => {
                flags.push(format!("--{name}"));
                continue;
            }
            Value::Array(values) => values.as_slice(),
            value => slice::from_ref(value),
        };
        for value in values {
            let word =
                word(value).ok_or_else(|| format!("{name} must be a value or a list of values"))?;
            flags.push(format!("--{name}={word}"));
        }
    }
    Ok(flags)
}

/// A value as a flag has it; None if it consists of several.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(is) => Some(is.to_string()),
        Value::Datetime(time) => Some(time.to_string()),
        Value::Array(_) | Value::Table(_) => None,
    }
}
