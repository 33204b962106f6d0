//! Writes `docs/rules.md` from the rules, or checks that it is what they say.

use std::error::Error;
use std::fs;

use crate::workspace;

/// Writes the page, or only compares it when `check` is set.
pub fn keep(check: bool) -> Result<(), Box<dyn Error>> {
    let path = workspace().join("docs/rules.md");
    let mut page = Vec::new();
    mustknow_report::rules::document(mustknow_rules::catalog::all(), &mut page)?;
    let is_current = fs::read(&path).is_ok_and(|written| written == page);
    if check && !is_current {
        return Err("docs/rules.md is not what the rules say: run `cargo rule-docs`".into());
    }
    if !check && !is_current {
        fs::write(&path, page)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_page_is_what_the_rules_say() {
        keep(true).unwrap();
    }
}
