//! Runs every check that a change must pass, in order, and stops at the first failure.
//!
//! CI runs the same on a clean tree: what is green here is green there.

use std::env;
use std::error::Error;
use std::process::{Command, Stdio};
use std::time::Instant;

use mustknow_testkit::workspace;

type TaskResult<T = ()> = Result<T, Box<dyn Error>>;

/// Where the fuzz targets are, which are a workspace of their own.
const FUZZ: &str = "fuzz/Cargo.toml";

/// What is known of the advisories that concern our dependencies.
#[derive(Debug, PartialEq, Eq)]
enum Advisories {
    /// The database was there, and none concerns us.
    Checked,
    /// The database could not be fetched: nothing is known.
    Unreachable,
}

/// What cargo-deny reports when it cannot fetch the advisory database.
const OFFLINE: &str = "failed to fetch advisory database";

/// Runs the checks; the tests only `with_tests`.
pub(crate) fn run(with_tests: bool) -> TaskResult {
    let in_ci = env::var_os("CI").is_some();
    let before = tree_status()?;
    step("clean tree", || check_clean(&before, in_ci))?;
    step("format", format)?;
    step("clippy", || {
        let all = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
        cargo(&all, &[])
    })?;
    if with_tests {
        step("tests", || cargo(&["test", "--workspace", "--locked"], &[]))?;
    }
    step("docs", || {
        let all = ["doc", "--workspace", "--no-deps", "--locked"];
        cargo(&all, &[("RUSTDOCFLAGS", "-D warnings")])
    })?;
    step("dependencies", dependencies)?;
    let advisories = step("advisories", advisories)?;
    step("tree unchanged", || check_unchanged(&before, &tree_status()?))?;
    match advisories {
        Advisories::Checked => eprintln!("ready"),
        Advisories::Unreachable => eprintln!("ready, except that advisories were not checked"),
    }
    Ok(())
}

fn step<T>(name: &str, check: impl FnOnce() -> TaskResult<T>) -> TaskResult<T> {
    eprintln!("==> {name}");
    let start = Instant::now();
    let found = check().map_err(|error| format!("{name}: {error}"))?;
    eprintln!("    {name}: took {:.1} s", start.elapsed().as_secs_f32());
    Ok(found)
}

/// Checks the format of every file. The rules are declared by a macro, which hides their modules
/// from `cargo fmt`, so they are named one by one.
fn format() -> TaskResult {
    cargo(&["fmt", "--all", "--check"], &[])?;
    let listed = Command::new("git")
        .args(["ls-files", "crates/rules/src/catalog/*/*.rs"])
        .current_dir(workspace())
        .output()?;
    let files = String::from_utf8(listed.stdout)?;
    let status = Command::new("rustfmt")
        .args(["--edition", "2024", "--check"])
        .args(files.lines())
        .current_dir(workspace())
        .status()?;
    if status.success() { Ok(()) } else { Err("a rule is not formatted: run rustfmt on it".into()) }
}

fn check_clean(status: &str, in_ci: bool) -> TaskResult {
    match (status.is_empty(), in_ci) {
        (true, _) => Ok(()),
        (false, true) => {
            Err(format!("the tree holds changes that are not committed:\n{status}").into())
        }
        (false, false) => {
            eprintln!("note: the tree holds changes that are not committed; CI refuses that");
            Ok(())
        }
    }
}

fn check_unchanged(before: &str, after: &str) -> TaskResult {
    if before == after {
        return Ok(());
    }
    Err(format!("the checks changed the tree; before:\n{before}after:\n{after}").into())
}

fn dependencies() -> TaskResult {
    let found = Command::new("cargo")
        .args(["deny", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !found.success() {
        return Err("cargo-deny is not installed: run `cargo install cargo-deny --locked`".into());
    }
    for manifest in [None, Some(FUZZ)] {
        let status = deny(manifest, &["bans", "licenses", "sources"]).status()?;
        if !status.success() {
            let manifest = manifest.unwrap_or("Cargo.toml");
            return Err(format!("cargo deny found a dependency of {manifest} to refuse").into());
        }
    }
    Ok(())
}

fn advisories() -> TaskResult<Advisories> {
    for manifest in [None, Some(FUZZ)] {
        let output = deny(manifest, &["advisories"]).output()?;
        let found =
            judge_advisories(output.status.success(), &String::from_utf8_lossy(&output.stderr))?;
        if found == Advisories::Unreachable {
            return Ok(found);
        }
    }
    Ok(Advisories::Checked)
}

/// A call of cargo-deny for one of the two workspaces.
fn deny(manifest: Option<&str>, checks: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.arg("deny");
    if let Some(manifest) = manifest {
        command.args(["--manifest-path", manifest]);
    }
    command.args(["--all-features", "check"]).args(checks).current_dir(workspace());
    command
}

/// Distinguishes an advisory, which must fail, from a database that could not be fetched.
fn judge_advisories(passed: bool, words: &str) -> TaskResult<Advisories> {
    if passed {
        return Ok(Advisories::Checked);
    }
    if words.contains(OFFLINE) {
        eprintln!("note: skipped, because the advisory database could not be fetched");
        return Ok(Advisories::Unreachable);
    }
    eprintln!("{words}");
    Err("cargo deny found an advisory".into())
}

fn cargo(arguments: &[&str], variables: &[(&str, &str)]) -> TaskResult {
    let status = Command::new("cargo")
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(workspace())
        .status()?;
    if status.success() {
        return Ok(());
    }
    Err(format!("`cargo {}` failed", arguments.join(" ")).into())
}

fn tree_status() -> TaskResult<String> {
    let output =
        Command::new("git").args(["status", "--porcelain"]).current_dir(workspace()).output()?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    Err(format!("git status failed: {}", String::from_utf8_lossy(&output.stderr)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dirty_tree_is_an_error_only_in_ci() {
        assert!(check_clean("", true).is_ok());
        assert!(check_clean(" M README.md\n", false).is_ok());
        assert!(check_clean(" M README.md\n", true).is_err());
    }

    #[test]
    fn a_tree_that_the_checks_changed_is_an_error() {
        assert!(check_unchanged("?? a\n", "?? a\n").is_ok());
        assert!(check_unchanged("", " M Cargo.lock\n").is_err());
    }

    #[test]
    fn an_advisory_fails_and_an_unreachable_database_does_not() {
        assert_eq!(judge_advisories(true, "advisories ok").unwrap(), Advisories::Checked);
        assert!(judge_advisories(false, "error[vulnerability]: x\nadvisories FAILED").is_err());
        let offline =
            "[ERROR] failed to fetch advisory database https://github.com/RustSec/advisory-db";
        assert_eq!(judge_advisories(false, offline).unwrap(), Advisories::Unreachable);
    }
}
