//! The modules of a crate, and the file that a path in one of them leads to.

use std::collections::{BTreeMap, BTreeSet};

use super::items::definitions;
use super::paths::{Segments, closing, code_paths, import_paths, is_logic};
use super::tokens::{Located, Token};

/// Every module of a crate, inline ones included, by path.
#[derive(Default)]
pub(super) struct Modules<'s>(BTreeMap<Segments<'s>, Module<'s>>);

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
    pub(super) fn read(&mut self, file: &'s str, at: &Segments<'s>, tokens: &[Located<'s>]) {
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
        module.paths.extend(code_paths(&code));
        self.0.insert(at.clone(), module);
        for (name, tokens) in inner {
            self.read(file, &[at.as_slice(), &[name]].concat(), tokens);
        }
    }

    /// Every file but the faces, with each file that a path in it leads to.
    pub(super) fn imports(&self) -> impl Iterator<Item = (&'s str, &'s str)> {
        let with_logic = self.0.iter().filter(|(_, module)| module.has_logic);
        with_logic.flat_map(move |(at, module)| {
            let targets = module.paths.iter().flat_map(move |path| self.targets(at, path));
            targets.map(|target| (module.file, target))
        })
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
        for (path, alias) in import_paths(tokens) {
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

/// The path of the module that a file holds.
pub(super) fn module_of(path: &str) -> Segments<'_> {
    let mut segments: Vec<_> = path.trim_end_matches(".rs").split('/').collect();
    let is_face_name = |name: &&str| matches!(*name, "lib" | "main" | "mod");
    if segments.last().is_some_and(is_face_name) {
        segments.pop();
    }
    segments
}
