//! The paths in tokens: those of imports, and those in code.

use super::tokens::{Located, Token};

/// The segments of a path.
pub(super) type Segments<'s> = Vec<&'s str>;

/// A path of an import, and the name it is given.
pub(super) type Leaf<'s> = (Segments<'s>, Option<&'s str>);

/// The paths that a `use` names, from the tokens between the keyword and the semicolon.
pub(super) fn import_paths<'s>(tokens: &[Located<'s>]) -> Vec<Leaf<'s>> {
    let mut leaves = Vec::new();
    tree(&mut tokens.iter().map(|(_, token)| *token), &Vec::new(), &mut leaves);
    leaves
}

/// Reads a tree of imports up to the end of its group.
fn tree<'s>(
    tokens: &mut impl Iterator<Item = Token<'s>>,
    prefix: &Segments<'s>,
    leaves: &mut Vec<Leaf<'s>>,
) {
    let mut path = prefix.clone();
    let (mut alias, mut is_alias) = (None, false);
    let end = |path: &mut Segments<'s>, alias: &mut Option<&'s str>, leaves: &mut Vec<_>| {
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
pub(super) fn code_paths<'s>(code: &[Located<'s>]) -> Vec<Segments<'s>> {
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
pub(super) fn is_logic(code: &[Located<'_>]) -> bool {
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
pub(super) fn closing(tokens: &[Located<'_>]) -> usize {
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
