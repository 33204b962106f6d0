//! Writes the pages of the book into a folder.

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mustknow_testkit::cases::Cases;
use mustknow_testkit::workspace;

use super::catalog_pages::{area_page, index};
use super::html::GENERATOR;
use super::rule_page::rule_page;
use crate::rule_areas;

/// The folders of the book besides `index.html`.
const FOLDERS: [&str; 2] = ["areas", "rules"];

/// Writes the book into `out`, by default into `target/book`, and names its first page.
pub(crate) fn write(out: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    let out = out.unwrap_or_else(|| workspace().join("target/book"));
    clear(&out)?;
    let areas = rule_areas::all()?;
    for area in &areas {
        put(&out.join(format!("areas/{}.html", area.name)), &area_page(area))?;
        for rule in area.rules {
            let fixture = workspace().join(format!("fixtures/rules/{}.md", rule.meta.id));
            let cases = Cases::parse(&fs::read_to_string(fixture)?)
                .map_err(|why| format!("fixtures/rules/{}.md: {why}", rule.meta.id))?;
            let page = rule_page(rule, &cases.all);
            put(&out.join(format!("rules/{}.html", rule.meta.id)), &page)?;
        }
    }
    put(&out.join("index.html"), &index(&areas))?;
    eprintln!("{}", out.join("index.html").display());
    Ok(())
}

/// Removes the pages of an earlier book, so that no page of a renamed rule remains.
fn clear(out: &Path) -> Result<(), Box<dyn Error>> {
    let is_empty = match fs::read_dir(out) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(error.into()),
    };
    if is_empty {
        return Ok(());
    }
    let is_book =
        fs::read_to_string(out.join("index.html")).is_ok_and(|page| page.contains(GENERATOR));
    if !is_book {
        let why = "is not empty and contains no book: choose another folder with --out";
        return Err(format!("{} {why}", out.display()).into());
    }
    for folder in FOLDERS.map(|folder| out.join(folder)).iter().filter(|folder| folder.is_dir()) {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn put(path: &Path, page: &str) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, page)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use mustknow_rules::catalog;

    use super::*;

    /// Every page of a fresh book, by its path.
    fn book() -> BTreeMap<PathBuf, String> {
        let folder = tempfile::tempdir().unwrap();
        write(Some(folder.path().to_owned())).unwrap();
        let mut pages = BTreeMap::new();
        let mut folders = vec![folder.path().to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(folder.path()).unwrap().to_owned();
                    pages.insert(name, fs::read_to_string(&path).unwrap());
                }
            }
        }
        pages
    }

    /// The values of an attribute in a page, without the part behind `#`.
    fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
        let opening = format!(" {attribute}=\"");
        let rest = page.split(&opening).skip(1);
        rest.map(|rest| rest.split(['"', '#']).next().unwrap()).collect()
    }

    /// Resolves a relative link of a page of the book.
    fn resolve(page: &Path, link: &str) -> PathBuf {
        let mut target = page.parent().unwrap().to_owned();
        for part in link.split('/') {
            if part == ".." {
                assert!(target.pop(), "{}: {link} leaves the book", page.display());
            } else {
                target.push(part);
            }
        }
        target
    }

    #[test]
    fn every_rule_and_every_area_has_a_page_and_every_link_leads_to_one() {
        let pages = book();
        for rule in catalog::all() {
            let path = PathBuf::from(format!("rules/{}.html", rule.meta.id));
            let page = pages.get(&path).unwrap_or_else(|| panic!("no {}", path.display()));
            assert!(page.contains("<h2>Why it matters</h2>"), "{}", rule.meta.id);
            assert!(page.contains("<h2>When it fires</h2>"), "{}", rule.meta.id);
        }
        for (path, page) in &pages {
            for link in values(page, "href") {
                let is_reference = link.starts_with("https://");
                let is_page = || pages.contains_key(&resolve(path, link));
                assert!(is_reference || is_page(), "{}: {link}", path.display());
            }
        }
    }

    #[test]
    fn no_page_loads_anything() {
        for (path, page) in book() {
            assert!(values(&page, "src").is_empty(), "{}", path.display());
            assert!(!page.contains("<link") && !page.contains("@import"), "{}", path.display());
            let scripts = usize::from(path == Path::new("index.html"));
            assert_eq!(page.matches("<script").count(), scripts, "{}", path.display());
        }
    }

    #[test]
    fn a_page_of_a_renamed_rule_goes_and_a_foreign_folder_stays() {
        let folder = tempfile::tempdir().unwrap();
        let stale = folder.path().join("rules/etcd/renamed.html");
        put(&folder.path().join("index.html"), GENERATOR).unwrap();
        put(&stale, "").unwrap();
        clear(folder.path()).unwrap();
        assert!(!stale.exists());
        put(&stale, "").unwrap();
        put(&folder.path().join("index.html"), "notes").unwrap();
        assert!(clear(folder.path()).unwrap_err().to_string().contains("contains no book"));
        assert!(stale.exists());
    }
}
