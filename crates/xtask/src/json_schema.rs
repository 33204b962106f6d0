//! Writes `docs/schema/` from the types of the report, or checks that it is what they say.

use std::error::Error;
use std::fs;

use mustknow_report::schema::{self, FOLDER};
use mustknow_testkit::workspace;

/// Writes every schema, or only compares it when `check` is set.
pub(crate) fn keep(check: bool) -> Result<(), Box<dyn Error>> {
    let folder = workspace().join(FOLDER);
    for (name, text) in schema::all() {
        let path = folder.join(name);
        let is_current = fs::read_to_string(&path).is_ok_and(|written| written == text);
        if check && !is_current {
            let error = format!(
                "{FOLDER}/{name} is not what the types say: run `cargo xtask generate schemas`"
            );
            return Err(error.into());
        }
        if !check && !is_current {
            fs::create_dir_all(&folder)?;
            fs::write(&path, text)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schemas_are_what_the_types_say() {
        keep(true).unwrap();
    }
}
