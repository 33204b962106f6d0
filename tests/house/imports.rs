//! Which source file of a crate imports which other, re-exports followed to the file that defines.
//!
//! A file that only declares modules and re-exports is a face: nothing depends on it, only on what it
//! shows. Paths in code count as imports do; what is compiled for tests only does not.

use std::collections::{BTreeMap, BTreeSet};

use super::items::without_tests;
use super::modules::{Modules, module_of};

/// The files of one crate and their imports of each other, by path below `src`.
#[derive(Debug, Default)]
pub(super) struct Imports(BTreeMap<String, BTreeSet<String>>);

impl Imports {
    /// Reads the sources of a crate, by path below `src`.
    pub(super) fn of(sources: &BTreeMap<String, String>) -> Self {
        let files: BTreeMap<&str, _> =
            sources.iter().map(|(path, text)| (&**path, without_tests(text))).collect();
        let mut modules = Modules::default();
        for (path, tokens) in &files {
            modules.read(path, &module_of(path), tokens);
        }
        let mut imports: BTreeMap<_, BTreeSet<_>> =
            files.keys().map(|path| ((*path).to_owned(), BTreeSet::new())).collect();
        for (file, target) in modules.imports() {
            if file != target {
                imports.entry(file.to_owned()).or_default().insert(target.to_owned());
            }
        }
        Self(imports)
    }

    /// The imports, each with the importing file first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(file, targets)| targets.iter().map(|to| (&**file, &**to)))
    }

    /// Circles of files: for each group of files that reach one another, a shortest way around.
    pub(super) fn circles(&self) -> Vec<Vec<&str>> {
        let mut seen = BTreeSet::new();
        let mut circles = Vec::new();
        for file in self.0.keys() {
            if seen.contains(&**file) {
                continue;
            }
            if let Some(circle) = self.way(file, file) {
                let around = |other: &&String| {
                    self.way(file, other).is_some() && self.way(other, file).is_some()
                };
                seen.extend(self.0.keys().filter(around).map(String::as_str));
                circles.push(circle);
            }
        }
        circles
    }

    /// A shortest way of at least one import.
    fn way<'i>(&'i self, from: &'i str, to: &str) -> Option<Vec<&'i str>> {
        let mut before: BTreeMap<&str, &str> = BTreeMap::new();
        let mut next = vec![from];
        while !next.is_empty() {
            let mut further = Vec::new();
            for file in next {
                for target in self.0.get(file).into_iter().flatten().map(String::as_str) {
                    if before.contains_key(target) {
                        continue;
                    }
                    before.insert(target, file);
                    if target == to {
                        let mut way = vec![target];
                        let mut at = target;
                        while let Some(file) = before.get(at).filter(|file| **file != from) {
                            way.push(file);
                            at = file;
                        }
                        way.push(from);
                        way.reverse();
                        return Some(way);
                    }
                    further.push(target);
                }
            }
            next = further;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(sources: &[(&str, &str)]) -> Imports {
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Imports::of(&sources.iter().map(owned).collect())
    }

    fn all(imports: &Imports) -> Vec<(&str, &str)> {
        imports.iter().collect()
    }

    #[test]
    fn a_re_export_is_followed_to_the_file_that_defines() {
        let found = imports(&[
            ("lib.rs", "mod a; mod b; pub use b::{Thing as Other, deep::{self, Deep}};"),
            ("a.rs", "use crate::Other; fn f(_: Other) -> crate::b::Deep { std::mem::take(x) }"),
            ("b/mod.rs", "pub mod deep; mod thing; pub use self::deep::*; pub use thing::Thing;"),
            ("b/deep.rs", "pub struct Deep;"),
            ("b/thing.rs", "use serde::Serialize; pub struct Thing;"),
        ]);
        assert_eq!(all(&found), [("a.rs", "b/deep.rs"), ("a.rs", "b/thing.rs")]);
        assert!(found.circles().is_empty());
    }

    #[test]
    fn a_circle_through_a_re_export_is_found() {
        let found = imports(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::Thing; pub fn make() -> Thing { Thing }"),
            ("b/mod.rs", "mod thing; pub use thing::Thing;"),
            ("b/thing.rs", "pub struct Thing; impl Thing { fn new() { super::super::c::call() } }"),
            ("c.rs", "use super::a; pub fn call() { a::make(); }"),
        ]);
        assert_eq!(found.circles(), [["a.rs", "b/thing.rs", "c.rs", "a.rs"]]);
    }

    #[test]
    fn a_face_is_no_circle_and_a_parent_with_logic_is_one() {
        let child = ("a/b.rs", "use super::*; pub struct B; fn f(_: super::C) {}");
        let other = ("a/c.rs", "pub struct C;");
        let face =
            ("a/mod.rs", "//! A.\n#![doc = \"a\"]\nmod b;\nmod c;\npub(crate) use {b::B, c::C};");
        assert!(imports(&[("lib.rs", "mod a;"), face, child, other]).circles().is_empty());
        let parent = ("a.rs", "mod b; mod c; pub use c::C; fn make() -> b::B { b::B }");
        let found = imports(&[("lib.rs", "mod a;"), parent, child, other]);
        assert_eq!(found.circles(), [["a.rs", "a/b.rs", "a.rs"]]);
    }

    #[test]
    fn tests_and_other_crates_count_for_nothing() {
        let found = imports(&[
            ("lib.rs", "mod a; mod tar;"),
            ("a.rs", "use tar::Header; pub struct A; #[cfg(test)] mod t { use crate::tar::T; }"),
            ("tar.rs", "use crate::a::A; pub struct T(A);"),
        ]);
        assert_eq!(all(&found), [("tar.rs", "a.rs")]);
    }

    #[test]
    fn an_inline_module_of_re_exports_is_a_face() {
        let found = imports(&[
            ("lib.rs", "mod catalog; mod engine;"),
            (
                "catalog/mod.rs",
                "mod prelude { pub(crate) use crate::engine::*; } mod rule; \
                                fn all() -> u8 { rule::RULE }",
            ),
            ("catalog/rule.rs", "use super::prelude::*; pub const RULE: u8 = 1;"),
            ("engine.rs", "pub struct Engine;"),
        ]);
        let expected = [("catalog/mod.rs", "catalog/rule.rs"), ("catalog/rule.rs", "engine.rs")];
        assert_eq!(all(&found), expected);
    }
}
