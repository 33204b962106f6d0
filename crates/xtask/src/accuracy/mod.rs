//! What is found in archives whose truth is known: `docs/accuracy.md`.
//!
//! Three kinds of archives: a whole cluster with one fault, the samples in `../shared/samples` where they
//! are present, and every case in which a rule fires, judged by all rules. The samples are not in the
//! repository, so the check leaves their part of the page as it is. The check takes minutes without
//! optimisation: CI runs it in a release build, and `cargo test` does not.

mod faults;
mod rule_cases;
mod samples;
mod scan;
mod truth;

use std::error::Error;
use std::fs;

use mustknow_testkit::workspace;

/// Where the part of the page about the samples begins and ends.
const SAMPLES: &str = "## Samples\n";
const CASES: &str = "## Cases of the rules\n";

const HEAD: &str = "\
# Accuracy

Written by `cargo xtask accuracy`. CI compares all of it except the samples.

A root cause is a finding that nothing else explains, that can be a cause and that is worse than info. *Precision* is the
part of the reported root causes that are the archive's; *recall* the part of the archive's that are reported. Where an archive has nothing wrong, any
leading finding above info counts as a false alarm.

";

/// Writes the page, or only compares it when `check` is set.
pub(crate) fn keep(check: bool) -> Result<(), Box<dyn Error>> {
    let path = workspace().join("docs/accuracy.md");
    let written = fs::read_to_string(&path).unwrap_or_default();
    let samples = match samples::section() {
        Some(section) if !check => section?,
        _ => between(&written, SAMPLES, CASES).to_owned(),
    };
    let page = format!(
        "{HEAD}{}\n{SAMPLES}{samples}{CASES}{}",
        faults::section()?,
        rule_cases::section()?
    );
    if check && written != page {
        return Err(
            "docs/accuracy.md is not what the rules find: run `cargo xtask accuracy`".into()
        );
    }
    if !check && written != page {
        fs::write(&path, page)?;
    }
    Ok(())
}

/// What stands between two headings.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let rest = text.split_once(from).map_or("", |(_, rest)| rest);
    rest.split_once(to).map_or(rest, |(part, _)| part)
}
