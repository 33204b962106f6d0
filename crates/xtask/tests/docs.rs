//! What the written documentation refers to exists: linked pages, headings, and paths in code spans.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mustknow_testkit::workspace;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Folders of the repository that a path in a code span starts with.
const FOLDERS: [&str; 7] = ["benches", "crates", "docs", "fixtures", "fuzz", "tests", ".cargo"];
/// What the documentation names and the repository does not contain.
const NOT_COMMITTED: [&str; 2] = ["fuzz/artifacts", "fuzz/corpus"];

/// What a page refers to, and the anchors of its own headings.
#[derive(Default)]
struct References {
    links: Vec<String>,
    code: Vec<String>,
    anchors: BTreeSet<String>,
}

impl References {
    fn of(text: &str) -> Self {
        let mut found = Self::default();
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    found.anchors.extend(heading.take().map(|heading| anchor(&heading)));
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    found.links.push(dest_url.into_string());
                }
                Event::Code(code) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&code);
                    }
                    found.code.push(code.into_string());
                }
                Event::Text(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().replace(' ', "-")
}

/// The written pages: those at the top and everything below `docs`.
fn pages() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![workspace().join("docs")];
    pages.extend(
        ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|page| workspace().join(page)),
    );
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|suffix| suffix == "md") {
                pages.push(path);
            }
        }
    }
    // A report is output, and its paths are those of an archive.
    pages.retain(|page| !page.ends_with("docs/examples/report.md"));
    pages.sort();
    pages
}

/// What is wrong with a link of `page`, if anything.
fn broken_link(page: &Path, link: &str) -> Option<String> {
    if link.starts_with("https://") {
        return None;
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() { page.to_owned() } else { page.parent()?.join(path) };
    if !target.exists() {
        return Some(format!("{link}: no such file"));
    }
    let text = || fs::read_to_string(&target).unwrap_or_default();
    let is_heading = || References::of(&text()).anchors.contains(fragment);
    (!fragment.is_empty() && !is_heading()).then(|| format!("{link}: no such heading"))
}

/// The path that a code span names, if it names one of the repository and no pattern.
fn named_path(code: &str) -> Option<&str> {
    let is_pattern = code.contains(['<', '*', ' ', '{', '$']) || code.contains("NAME");
    let is_ours = code.split_once('/').is_some_and(|(first, _)| FOLDERS.contains(&first));
    let is_committed = !NOT_COMMITTED.iter().any(|path| code.starts_with(path));
    (is_ours && is_committed && !is_pattern).then_some(code)
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        for link in References::of(&fs::read_to_string(&page).unwrap()).links {
            let why = broken_link(&page, &link);
            broken.extend(why.map(|why| format!("{}: {why}", page.display())));
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_path_that_the_documentation_names_exists() {
    let mut missing = Vec::new();
    for page in pages() {
        for code in References::of(&fs::read_to_string(&page).unwrap()).code {
            let path = named_path(&code).filter(|path| !workspace().join(path).exists());
            missing.extend(path.map(|path| format!("{}: {path}", page.display())));
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn a_broken_link_and_a_missing_heading_are_noticed() {
    let page = workspace().join("docs/architecture.md");
    assert_eq!(broken_link(&page, "../README.md"), None);
    assert_eq!(broken_link(&page, "#glossary"), None);
    assert_eq!(broken_link(&page, "https://example.com"), None);
    assert!(broken_link(&page, "nowhere.md").is_some());
    assert!(broken_link(&page, "#nowhere").is_some());
    assert_eq!(named_path("crates/x/y.rs"), Some("crates/x/y.rs"));
    assert_eq!(named_path("namespaces/a"), None);
    assert_eq!(named_path("crates/<name>/src"), None);
}
