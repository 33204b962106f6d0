//! What a source file defines and which texts it holds, without its tests or with them.

use super::tokens::{Located, Token, tokens};

/// The keywords that begin the definitions in question.
const KEYWORDS: [&str; 7] = ["struct", "enum", "union", "trait", "type", "mod", "fn"];

/// A definition.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Definition<'s> {
    pub(super) keyword: &'s str,
    pub(super) name: &'s str,
    pub(super) line: usize,
    /// Whether it stands in an `impl` or a `trait`.
    pub(super) is_associated: bool,
}

impl Definition<'_> {
    /// Whether it defines a type.
    pub(super) fn is_type(&self) -> bool {
        !self.is_associated && !matches!(self.keyword, "mod" | "fn")
    }
}

/// The tokens of a file without what is compiled for tests only.
pub(super) fn without_tests(source: &str) -> Vec<Located<'_>> {
    let tokens = tokens(source);
    if at_inner_test_attribute(&tokens) {
        return Vec::new();
    }
    let mut kept = Vec::new();
    let mut rest = &*tokens;
    while let Some((first, after)) = rest.split_first() {
        if is_test_attribute(rest) {
            rest = after_item(rest);
        } else {
            kept.push(*first);
            rest = after;
        }
    }
    kept
}

/// The names of the modules that stand in files of their own and are compiled for tests only.
pub(super) fn test_modules(source: &str) -> Vec<&str> {
    let tokens = tokens(source);
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let rest = &tokens[at..];
        if !is_test_attribute(rest) {
            continue;
        }
        let item = &rest[..rest.len() - after_item(rest).len()];
        if let [.., (_, Token::Word("mod")), (_, Token::Word(name)), (_, Token::Mark(';'))] = item {
            found.push(*name);
        }
    }
    found
}

/// The definitions among tokens.
pub(super) fn definitions<'s>(tokens: &[Located<'s>]) -> Vec<Definition<'s>> {
    let mut found = Vec::new();
    // For each open brace, whether it is that of an `impl` or a `trait`.
    let mut open = Vec::new();
    let mut is_next_associated = false;
    for (at, (line, token)) in tokens.iter().enumerate() {
        match token {
            Token::Mark('{') => open.push(std::mem::take(&mut is_next_associated)),
            Token::Mark('}') => drop(open.pop()),
            Token::Mark(';') => is_next_associated = false,
            Token::Word("impl") if begins_item(tokens, at) => is_next_associated = true,
            Token::Word(keyword) if KEYWORDS.contains(keyword) => {
                let Some((_, Token::Word(name))) = tokens.get(at + 1) else { continue };
                let is_associated = open.last().copied().unwrap_or_default();
                found.push(Definition { keyword, name, line: *line, is_associated });
                is_next_associated |= *keyword == "trait";
            }
            _ => {}
        }
    }
    found
}

/// Whether an item begins at this token, and not a type such as `impl Iterator`.
fn begins_item(tokens: &[Located<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    match before {
        None => true,
        Some((_, Token::Mark(mark))) => matches!(mark, ';' | '{' | '}' | ']'),
        Some((_, Token::Word(word))) => *word == "unsafe",
        Some((_, Token::Text(_))) => false,
    }
}

/// Whether `#![cfg(test)]` is among the first attributes of the file.
fn at_inner_test_attribute(tokens: &[Located<'_>]) -> bool {
    let [(_, Token::Mark('#')), (_, Token::Mark('!')), rest @ ..] = tokens else { return false };
    is_cfg_test(rest)
}

/// Whether an item for tests only begins here.
fn is_test_attribute(tokens: &[Located<'_>]) -> bool {
    let [(_, Token::Mark('#')), rest @ ..] = tokens else { return false };
    is_cfg_test(rest)
}

fn is_cfg_test(tokens: &[Located<'_>]) -> bool {
    use Token::{Mark, Word};
    let cfg = [Mark('['), Word("cfg"), Mark('('), Word("test"), Mark(')'), Mark(']')];
    tokens.len() >= cfg.len() && tokens.iter().zip(cfg).all(|((_, token), cfg)| *token == cfg)
}

/// What follows the item that begins here, its attributes included.
fn after_item<'t, 's>(tokens: &'t [Located<'s>]) -> &'t [Located<'s>] {
    let mut depth = 0_usize;
    let mut is_attribute = false;
    for (at, (_, token)) in tokens.iter().enumerate() {
        match token {
            Token::Mark('#') if depth == 0 => is_attribute = true,
            Token::Mark('{' | '(' | '[') => depth += 1,
            Token::Mark(close @ ('}' | ')' | ']')) => {
                depth = depth.saturating_sub(1);
                let ends_attribute = *close == ']' && is_attribute;
                if depth == 0 && ends_attribute {
                    is_attribute = false;
                } else if depth == 0 && *close == '}' {
                    return &tokens[at + 1..];
                }
            }
            Token::Mark(';' | ',') if depth == 0 => return &tokens[at + 1..],
            _ => {}
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(source: &str) -> Vec<(&str, bool)> {
        let tokens = without_tests(source);
        definitions(&tokens).iter().map(|item| (item.name, item.is_type())).collect()
    }

    #[test]
    fn definitions_are_found_and_those_of_an_impl_are_no_types() {
        let source = "pub struct A<'a>(B); impl Iterator for A<'_> { type Item = u8; fn next() {} }
            fn make() -> impl Iterator<Item = u8> { enum Inner {} }
            trait C { type D; } type E = u8; const _: fn(u8) = f; macro!(struct $name);";
        let found = names(source);
        let types: Vec<_> = found.iter().filter(|(_, is_type)| *is_type).map(|it| it.0).collect();
        assert_eq!(types, ["A", "Inner", "C", "E"]);
        assert!(found.contains(&("next", false)) && found.contains(&("make", false)));
    }

    #[test]
    fn what_is_compiled_for_tests_only_is_left_out() {
        let source = "fn a() {} #[cfg(test)] mod b; #[cfg(test)] #[expect(x)] mod c { fn d() {} }
            #[cfg(test)] fn e<T>(f: [u8; 2]) -> u8 { 1 } #[cfg(test)] use x::{y, z}; fn g() {}";
        assert_eq!(names(source), [("a", false), ("g", false)]);
        assert_eq!(test_modules(source), ["b"]);
        assert_eq!(names("#![cfg(test)]\nfn a() {}"), []);
    }
}
