//! Keeps the example rule and its fixture in `CONTRIBUTING.md` equal to the files that they are copied from.
//!
//! A comment `<!-- copy of PATH -->` stands above the code block that contains the copy.

use std::error::Error;
use std::fs;

use mustknow_testkit::workspace;

const MARK: &str = "<!-- copy of ";
/// Longer than any fence inside a copied file.
const FENCE: &str = "````";

/// Writes the copies, or only compares them when `check` is set.
pub(crate) fn keep(check: bool) -> Result<(), Box<dyn Error>> {
    let path = workspace().join("CONTRIBUTING.md");
    let page = fs::read_to_string(&path)?;
    let current = refresh(&page, |copied| fs::read_to_string(workspace().join(copied)))?;
    if check && page != current {
        return Err(
            "the examples in CONTRIBUTING.md are not current: run `cargo xtask generate rules`"
                .into(),
        );
    }
    if !check && page != current {
        fs::write(&path, current)?;
    }
    Ok(())
}

/// The page with each copy replaced by what `read` returns for its path.
fn refresh(
    page: &str,
    read: impl Fn(&str) -> std::io::Result<String>,
) -> Result<String, Box<dyn Error>> {
    let mut parts = page.split(MARK);
    let mut current = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let block = part.split_once(" -->\n").and_then(|(path, rest)| {
            let (opening, rest) = rest.split_once('\n')?;
            let (_, after) = rest.split_once(&format!("{FENCE}\n"))?;
            opening.starts_with(FENCE).then_some((path, opening, after))
        });
        let (path, opening, after) = block.ok_or("a copy in CONTRIBUTING.md has no code block")?;
        let copy = read(path).map_err(|error| format!("{path}: {error}"))?;
        current.push_str(&format!("{MARK}{path} -->\n{opening}\n{copy}{FENCE}\n{after}"));
    }
    Ok(current)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_examples_are_current() {
        keep(true).unwrap();
    }

    #[test]
    fn a_copy_is_replaced_and_everything_around_it_stays() {
        let page = "a\n<!-- copy of x/y.rs -->\n````rust\nold\n````\nb\n";
        let refreshed = refresh(page, |path| Ok(format!("new {path}\n"))).unwrap();
        assert_eq!(refreshed, page.replace("old", "new x/y.rs"));
        assert!(refresh("<!-- copy of x -->\ntext\n", |_| Ok(String::new())).is_err());
    }
}
