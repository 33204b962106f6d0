//! Keeps the archives under `fixtures/` equal to what the scenarios give.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

use mustknow_testkit::fixtures::archive::{pack, unpack};
use mustknow_testkit::fixtures::cluster::GATHERED;
use mustknow_testkit::fixtures::scenarios::{Scenario, scenarios};
use mustknow_testkit::workspace;

/// Writes the archives that differ from their scenario; with `check`, only names them and fails.
pub(crate) fn keep(check: bool) -> Result<(), Box<dyn Error>> {
    let mut stale = Vec::new();
    for scenario in scenarios() {
        let path = path_of(&scenario);
        if is_current(&path, &scenario)? {
            eprintln!("unchanged {}", path.display());
        } else if check {
            stale.push(path.display().to_string());
        } else {
            let bytes = pack(&scenario.tree, GATHERED)?;
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&path, &bytes)?;
            eprintln!("wrote {} ({} bytes)", path.display(), bytes.len());
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!(
        "not what the scenarios give: {}; run `cargo xtask generate fixtures`",
        stale.join(", ")
    )
    .into())
}

fn path_of(scenario: &Scenario) -> PathBuf {
    workspace().join("fixtures").join(format!("{}.tar.gz", scenario.name))
}

/// Whether a committed archive holds the scenario's files, whatever compressor packed them.
fn is_current(path: &Path, scenario: &Scenario) -> io::Result<bool> {
    match fs::read(path) {
        Ok(bytes) => Ok(unpack(&bytes).is_ok_and(|tree| tree == scenario.tree)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committed_archives_are_what_the_scenarios_give() {
        keep(true).unwrap();
    }

    #[test]
    fn archives_stay_small() {
        for scenario in scenarios() {
            let size = pack(&scenario.tree, GATHERED).unwrap().len();
            assert!(size < 120 * 1024, "{} takes {size} bytes", scenario.name);
        }
    }
}
