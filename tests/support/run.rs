//! Runs the program and reads its output.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::watchdog::output_of;

/// The result of one call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program, in an environment without colour settings and with a UTF-8 locale.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mustknow"));
    for name in
        ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LC_CTYPE", "LANG", "RUST_BACKTRACE"]
    {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub(crate) fn finish(command: &mut Command) -> Run {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let output = output_of(child);
    Run {
        code: output.status.code().expect("it ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("it writes UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("it writes UTF-8"),
    }
}

/// Calls it with these arguments.
pub(crate) fn mustknow<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    finish(command().args(args))
}

/// Reads a hostile archive: as text and as JSON, with every detail.
pub(crate) fn read(path: &Path) -> [Run; 2] {
    let runs = ["text", "json"]
        .map(|output| mustknow(["-v", "-o", output, path.to_str().expect("UTF-8")]));
    for run in &runs {
        assert!(matches!(run.code, 0..=2), "{run:?}");
        assert_quiet(&run.stderr);
    }
    runs
}

/// Asserts that nothing panicked.
pub(crate) fn assert_quiet(stderr: &str) {
    for word in ["panic", "internal error", "overflow", "RUST_BACKTRACE"] {
        assert!(!stderr.contains(word), "{stderr}");
    }
}

/// The text about one input, with every detail.
pub(crate) fn text(path: &Path) -> String {
    mustknow([OsStr::new("-v"), path.as_os_str()]).stdout
}

/// The JSON of a call with `-o json` before these arguments.
pub(crate) fn json<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Value {
    let run = finish(command().args(["-o", "json"]).args(args));
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error} in {run:?}"))
}

/// The one report there is about an input.
pub(crate) fn report(path: &Path) -> Value {
    let mut scan = json([path]);
    let reports = scan["reports"].as_array_mut().expect("reports");
    assert_eq!(reports.len(), 1, "{}", path.display());
    reports.remove(0)
}

/// The findings of a report.
pub(crate) fn findings(report: &Value) -> &[Value] {
    list(report, "findings")
}

/// A list in a report.
pub(crate) fn list<'r>(report: &'r Value, name: &str) -> &'r [Value] {
    report[name].as_array().unwrap_or_else(|| panic!("{name} is a list in {report}"))
}

/// The rules of the findings above info, once for each finding.
pub(crate) fn alarms(report: &Value) -> Vec<&str> {
    findings(report)
        .iter()
        // A finding about the collection itself is no claim about the cluster.
        .filter(|finding| finding["severity"] != "info" && finding["role"] != "context")
        .map(|finding| finding["rule"].as_str().expect("rule"))
        .collect()
}

/// Whether a report has a finding of that rule.
pub(crate) fn has(report: &Value, rule: &str) -> bool {
    findings(report).iter().any(|finding| finding["rule"] == rule)
}

/// The entry of `rule` in the list of that name, which are its verdicts other than found.
pub(crate) fn verdict<'r>(report: &'r Value, name: &str, rule: &str) -> Option<&'r Value> {
    list(report, name).iter().find(|entry| entry["rule"] == rule)
}
