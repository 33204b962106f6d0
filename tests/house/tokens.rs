//! Splits Rust source into words, marks and string literals; comments are left out.

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'s> {
    /// An identifier, a keyword or a number.
    Word(&'s str),
    /// Punctuation, one character of it.
    Mark(char),
    /// The content of a string literal, with its escapes as they are written.
    Text(&'s str),
}

/// A token and the line it begins in, from 1.
pub(super) type Located<'s> = (usize, Token<'s>);

/// The tokens of a source file.
pub(super) fn tokens(source: &str) -> Vec<Located<'_>> {
    let mut lexer = Lexer { rest: source, line: 1 };
    let mut found = Vec::new();
    loop {
        let line = lexer.line;
        match lexer.next() {
            Step::Found(token) => found.push((line, token)),
            Step::Skipped => {}
            Step::End => return found,
        }
    }
}

enum Step<'s> {
    Found(Token<'s>),
    Skipped,
    End,
}

struct Lexer<'s> {
    rest: &'s str,
    line: usize,
}

impl<'s> Lexer<'s> {
    /// Takes so many bytes off the rest.
    fn take(&mut self, length: usize) -> &'s str {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    fn next(&mut self) -> Step<'s> {
        let mut letters = self.rest.chars();
        let Some(first) = letters.next() else { return Step::End };
        if self.rest.starts_with("//") {
            self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
            return Step::Skipped;
        }
        if self.rest.starts_with("/*") {
            self.skip_comment();
            return Step::Skipped;
        }
        if let Some(hashes) = raw_string(self.rest) {
            return Step::Found(Token::Text(self.raw_string(hashes)));
        }
        let prefix = usize::from(first == 'b' || first == 'c');
        if self.rest.get(prefix..).is_some_and(|rest| rest.starts_with('"')) {
            self.take(prefix);
            return Step::Found(Token::Text(self.quoted('"')));
        }
        if first == '\'' {
            return self.quote();
        }
        if first.is_alphanumeric() || first == '_' {
            let is_end = |c: char| !c.is_alphanumeric() && c != '_';
            let length = self.rest.find(is_end).unwrap_or(self.rest.len());
            return Step::Found(Token::Word(self.take(length)));
        }
        self.take(first.len_utf8());
        if first.is_whitespace() { Step::Skipped } else { Step::Found(Token::Mark(first)) }
    }

    /// A character, which is skipped, or a lifetime, of which the name follows as a word.
    fn quote(&mut self) -> Step<'s> {
        let mut letters = self.rest.chars().skip(1);
        let is_character = match (letters.next(), letters.next()) {
            (Some('\\'), _) => true,
            (_, second) => second == Some('\''),
        };
        if is_character {
            self.quoted('\'');
            return Step::Skipped;
        }
        self.take(1);
        Step::Found(Token::Mark('\''))
    }

    /// What stands between two quotation marks.
    fn quoted(&mut self, mark: char) -> &'s str {
        self.take(1);
        let mut is_escaped = false;
        let end = self.rest.find(|c: char| {
            let is_end = c == mark && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        });
        let content = self.take(end.unwrap_or(self.rest.len()));
        self.take(self.rest.len().min(1));
        content
    }

    fn raw_string(&mut self, hashes: usize) -> &'s str {
        let start = self.rest.find('"').unwrap_or_default() + 1;
        self.take(start);
        let end = format!("\"{}", "#".repeat(hashes));
        let content = self.take(self.rest.find(&end).unwrap_or(self.rest.len()));
        self.take(self.rest.len().min(end.len()));
        content
    }

    fn skip_comment(&mut self) {
        let mut depth = 0;
        while !self.rest.is_empty() {
            let length = match self.rest {
                rest if rest.starts_with("/*") => {
                    depth += 1;
                    2
                }
                rest if rest.starts_with("*/") => {
                    depth -= 1;
                    2
                }
                rest => rest.chars().next().map_or(0, char::len_utf8),
            };
            self.take(length);
            if depth == 0 {
                return;
            }
        }
    }
}

/// With how many `#` a raw string begins here, if one does.
fn raw_string(rest: &str) -> Option<usize> {
    let rest = rest.strip_prefix(['b', 'c']).unwrap_or(rest).strip_prefix('r')?;
    let name = rest.trim_start_matches('#');
    name.starts_with('"').then_some(rest.len() - name.len())
}

#[test]
fn comments_are_skipped_and_literals_are_kept_whole() {
    use Token::{Mark, Text, Word};
    let source = "a // b \"\n/* c /* d */ e */ \"f \\\" g\" br#\"h \"i\"# 'j' '\\'' &'k l 1_0u8";
    let found: Vec<_> = tokens(source).into_iter().map(|(_, token)| token).collect();
    assert_eq!(
        found,
        [
            Word("a"),
            Text("f \\\" g"),
            Text("h \"i"),
            Mark('&'),
            Mark('\''),
            Word("k"),
            Word("l"),
            Word("1_0u8")
        ]
    );
}

#[test]
fn a_token_is_where_it_begins() {
    assert_eq!(tokens("\n\"x\ny\"\nz"), [(2, Token::Text("x\ny")), (4, Token::Word("z"))]);
}
