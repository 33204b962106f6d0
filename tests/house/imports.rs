//! Which source file of a crate imports which other, re-exports followed to the file that defines.
//!
//! A file that only declares modules and re-exports is a face: nothing depends on it, only on what it
//! shows. Paths in code count as imports do; what is compiled for tests only does not.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{definitions, without_tests};
use super::tokens::{Located, Token};

/// The segments of a path from the root of its crate.
type Segments<'s> = Vec<&'s str>;

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
        for (at, module) in &modules.0 {
            for target in module.paths.iter().flat_map(|path| modules.targets(at, path)) {
                if target != module.file {
                    imports.entry(module.file.to_owned()).or_default().insert(target.to_owned());
                }
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

/// The path of the module that a file holds.
fn module_of(path: &str) -> Segments<'_> {
    let mut segments: Vec<_> = path.trim_end_matches(".rs").split('/').collect();
    let is_face_name = |name: &&str| matches!(*name, "lib" | "main" | "mod");
    if segments.last().is_some_and(is_face_name) {
        segments.pop();
    }
    segments
}

/// Every module of a crate, inline ones included, by path.
#[derive(Default)]
struct Modules<'s>(BTreeMap<Segments<'s>, Module<'s>>);

#[derive(Default)]
struct Module<'s> {
    file: &'s str,
    /// What its imports bind, and the paths that they name.
    bindings: BTreeMap<&'s str, Segments<'s>>,
    /// The paths whose whole content it imports.
    globs: Vec<Segments<'s>>,
    definitions: BTreeSet<&'s str>,
    /// Every path in it, as written; a last segment `*` stands for everything.
    paths: Vec<Segments<'s>>,
    /// Whether it is more than modules and re-exports.
    has_logic: bool,
}

impl<'s> Modules<'s> {
    /// Reads the tokens of a module, and those of the modules inside it.
    fn read(&mut self, file: &'s str, at: &Segments<'s>, tokens: &[Located<'s>]) {
        let mut module = Module { file, ..Module::default() };
        let mut inner = Vec::new();
        let mut code = Vec::new();
        let mut place = 0;
        while let Some((_, token)) = tokens.get(place) {
            let before = place.checked_sub(1).and_then(|before| tokens.get(before));
            match (token, tokens.get(place + 1), tokens.get(place + 2)) {
                (
                    Token::Word("mod"),
                    Some((_, Token::Word(name))),
                    Some((_, Token::Mark(mark @ ('{' | ';')))),
                ) => {
                    let length = if *mark == '{' { closing(&tokens[place + 2..]) } else { 0 };
                    if *mark == '{' {
                        inner.push((*name, &tokens[place + 3..place + 2 + length]));
                    }
                    place += 3 + length;
                }
                (Token::Word("use"), ..) if !matches!(before, Some((_, Token::Mark('+')))) => {
                    let is_end = |(_, token): &Located<'_>| *token == Token::Mark(';');
                    let rest = &tokens[place + 1..];
                    let end = rest.iter().position(is_end).unwrap_or(rest.len());
                    module.bind(&rest[..end]);
                    place += end + 2;
                }
                _ => {
                    code.push(tokens[place]);
                    place += 1;
                }
            }
        }
        module.definitions = definitions(&code).iter().map(|item| item.name).collect();
        module.has_logic = is_logic(&code);
        module.paths.extend(paths(&code));
        self.0.insert(at.clone(), module);
        for (name, tokens) in inner {
            self.read(file, &[at.as_slice(), &[name]].concat(), tokens);
        }
    }

    /// The files that a path in a module leads to.
    fn targets(&self, at: &Segments<'s>, path: &Segments<'s>) -> Vec<&'s str> {
        if let Some((&"*", of)) = path.split_last() {
            let Some(module) = self.module(at, of) else {
                return Vec::new();
            };
            let inside = &self.0[&module];
            let shown = inside.bindings.values().chain(&inside.globs);
            let mut targets: Vec<_> =
                shown.filter_map(|path| self.item(&module, path, 0)).collect();
            targets.extend(inside.has_logic.then_some(inside.file));
            return targets;
        }
        self.item(at, path, 0).into_iter().collect()
    }

    /// The file that defines what a path names; none for a face, and for what is of another crate.
    fn item(&self, at: &Segments<'s>, path: &[&'s str], depth: usize) -> Option<&'s str> {
        let (module, rest) = self.follow(at, path, depth)?;
        let inside = &self.0[&module];
        (!rest.is_empty() || inside.has_logic).then_some(inside.file)
    }

    /// The module that a path names.
    fn module(&self, at: &Segments<'s>, path: &[&'s str]) -> Option<Segments<'s>> {
        let (module, rest) = self.follow(at, path, 0)?;
        rest.is_empty().then_some(module)
    }

    /// Follows a path as far as modules go: the last of them, and the segments that remain.
    fn follow(
        &self,
        at: &Segments<'s>,
        path: &[&'s str],
        depth: usize,
    ) -> Option<(Segments<'s>, Vec<&'s str>)> {
        let (first, mut rest) = path.split_first()?;
        let mut module = at.clone();
        match *first {
            "crate" => module.clear(),
            "self" => {}
            "super" => {
                module.pop();
                while let Some((&"super", further)) = rest.split_first() {
                    module.pop();
                    rest = further;
                }
            }
            // The name of a module or of an import; else it is of another crate or of this file.
            name => {
                let is_known = self.is_module(at, name) || self.0[at].bindings.contains_key(name);
                if !is_known {
                    return None;
                }
                rest = path;
            }
        }
        while let Some((name, further)) = rest.split_first() {
            if self.is_module(&module, name) {
                module.push(name);
                rest = further;
                continue;
            }
            let inside = self.0.get(&module)?;
            let is_defined = inside.definitions.contains(name);
            if let Some(bound) = inside.bindings.get(name).filter(|_| !is_defined && depth < 32) {
                let is_itself = bound.as_slice() == [*name];
                let whole = [bound.as_slice(), further].concat();
                return if is_itself { None } else { self.follow(&module, &whole, depth + 1) };
            }
            if !is_defined && depth < 32 {
                let shown = inside.globs.iter().find_map(|glob| {
                    let whole = [glob.as_slice(), rest].concat();
                    let (found, left) = self.follow(&module, &whole, depth + 1)?;
                    let is_there =
                        left.first().is_none_or(|name| self.0[&found].definitions.contains(name));
                    is_there.then_some((found, left))
                });
                if shown.is_some() {
                    return shown;
                }
            }
            break;
        }
        self.0.contains_key(&module).then(|| (module, rest.to_vec()))
    }

    fn is_module(&self, at: &Segments<'s>, name: &'s str) -> bool {
        self.0.contains_key(&[at.as_slice(), &[name]].concat())
    }
}

impl<'s> Module<'s> {
    /// Notes what a `use` binds: the tokens between the keyword and the semicolon.
    fn bind(&mut self, tokens: &[Located<'s>]) {
        let mut leaves = Vec::new();
        tree(&mut tokens.iter().map(|(_, token)| *token), &Vec::new(), &mut leaves);
        for (path, alias) in leaves {
            match path.split_last() {
                Some((&"*", of)) => self.globs.push(of.to_vec()),
                Some((&"self", of)) => {
                    let name = alias.or(of.last().copied()).unwrap_or_default();
                    self.bindings.insert(name, of.to_vec());
                    self.paths.push(of.to_vec());
                    continue;
                }
                Some((name, _)) => drop(self.bindings.insert(alias.unwrap_or(name), path.clone())),
                None => {}
            }
            self.paths.push(path);
        }
    }
}

/// A path of an import, and the name it is given.
type Leaf<'s> = (Segments<'s>, Option<&'s str>);

/// Reads a tree of imports up to the end of its group.
fn tree<'s>(
    tokens: &mut impl Iterator<Item = Token<'s>>,
    prefix: &Segments<'s>,
    leaves: &mut Vec<Leaf<'s>>,
) {
    let mut path = prefix.clone();
    let (mut alias, mut is_alias) = (None, false);
    let mut end = |path: &mut Segments<'s>, alias: &mut Option<&'s str>, leaves: &mut Vec<_>| {
        if path.len() > prefix.len() {
            leaves.push((std::mem::replace(path, prefix.clone()), alias.take()));
        }
    };
    while let Some(token) = tokens.next() {
        match token {
            Token::Word("as") => is_alias = true,
            Token::Word(name) if is_alias => {
                alias = Some(name);
                is_alias = false;
            }
            Token::Word(name) => path.push(name),
            Token::Mark('*') => path.push("*"),
            Token::Mark('{') => {
                tree(tokens, &path, leaves);
                path.clone_from(prefix);
            }
            Token::Mark(',') => end(&mut path, &mut alias, leaves),
            Token::Mark('}') => break,
            _ => {}
        }
    }
    end(&mut path, &mut alias, leaves);
}

/// The paths of more than one segment in code.
fn paths<'s>(code: &[Located<'s>]) -> Vec<Segments<'s>> {
    let mut found = Vec::new();
    let mut path: Segments<'s> = Vec::new();
    let mut place = 0;
    while let Some((_, token)) = code.get(place) {
        let is_joint = |at: usize| {
            matches!(code.get(at..at + 2), Some([(_, Token::Mark(':')), (_, Token::Mark(':'))]))
        };
        match token {
            Token::Word(name) => {
                let before = place.checked_sub(1).and_then(|at| code.get(at));
                // `$name` in a macro is no name yet; after `.` there is a method.
                let is_start = match before {
                    Some((_, Token::Mark('$'))) => *name == "crate",
                    Some((_, Token::Mark('.'))) => false,
                    _ => true,
                };
                if !path.is_empty() || is_start {
                    path.push(name);
                }
                place += 1;
                if !path.is_empty() && is_joint(place) {
                    place += 2;
                    continue;
                }
            }
            _ => place += 1,
        }
        if path.len() > 1 {
            found.push(std::mem::take(&mut path));
        }
        path.clear();
    }
    found
}

/// Whether tokens are more than attributes and visibilities.
fn is_logic(code: &[Located<'_>]) -> bool {
    let mut place = 0;
    while let Some((_, token)) = code.get(place) {
        match token {
            Token::Mark('#') => {
                let start = place + 1 + usize::from(is_mark(code, place + 1, '!'));
                place = start + closing(&code[start.min(code.len())..]) + 1;
            }
            Token::Word("pub") => {
                place += 1;
                if is_mark(code, place, '(') {
                    place += closing(&code[place..]) + 1;
                }
            }
            Token::Mark(';') => place += 1,
            _ => return true,
        }
    }
    false
}

fn is_mark(code: &[Located<'_>], at: usize, mark: char) -> bool {
    code.get(at).is_some_and(|(_, token)| *token == Token::Mark(mark))
}

/// Where the bracket that opens with the first token closes.
fn closing(tokens: &[Located<'_>]) -> usize {
    let mut depth = 0_usize;
    for (at, (_, token)) in tokens.iter().enumerate() {
        match token {
            Token::Mark('{' | '(' | '[') => depth += 1,
            Token::Mark('}' | ')' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(sources: &[(&str, &str)]) -> Imports {
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Imports::of(&sources.iter().map(owned).collect())
    }

    fn all<'i>(imports: &'i Imports) -> Vec<(&'i str, &'i str)> {
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
        assert_eq!(found.circles(), [["a.rs", "b/thing.rs", "c.rs"]]);
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
        assert_eq!(found.circles(), [["a.rs", "a/b.rs"]]);
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
        let to_engine = |file| (file, "engine.rs");
        let down = [("catalog/mod.rs", "catalog/rule.rs")];
        let expected = [to_engine("catalog/mod.rs"), down[0], to_engine("catalog/rule.rs")];
        assert_eq!(all(&found).into_iter().collect::<BTreeSet<_>>(), expected.into());
    }
}
