//! Writes values as Go's YAML does, for the tests that read them back.

use std::fmt::Write as _;

use serde_yaml::{Mapping, Value as Theirs};

/// The column where Go's YAML starts to fold.
const WIDTH: usize = 80;

/// Writes as `sigs.k8s.io/yaml` does: sequences in their key's column, folded scalars, explicit
/// keys.
///
/// Where Go always chooses one style for a string, this chooses any valid one.
pub(super) struct GoYaml {
    out: String,
    dice: u64,
}

impl GoYaml {
    /// The text of a document; the dice choose its styles.
    pub(super) fn write(value: &Theirs, dice: u64) -> String {
        let mut writer = Self { out: String::new(), dice: dice | 1 };
        writer.value(value, 0, 1);
        writer.out.push('\n');
        writer.out
    }

    /// Writes a value; `column` is where its members go, `fold` where a scalar's next lines go.
    fn value(&mut self, value: &Theirs, column: usize, fold: usize) {
        match value {
            Theirs::Null => self.out.push_str("null"),
            Theirs::Bool(truth) => self.out.push_str(&truth.to_string()),
            Theirs::Number(number) => self.out.push_str(&number.to_string()),
            Theirs::String(text) => self.string(text, fold),
            Theirs::Sequence(items) if items.is_empty() => self.out.push_str("[]"),
            Theirs::Mapping(members) if members.is_empty() => self.out.push_str("{}"),
            Theirs::Sequence(items) => {
                for (number, item) in items.iter().enumerate() {
                    if number > 0 {
                        self.line(column);
                    }
                    self.out.push_str("- ");
                    self.value(item, column + 2, column + 2);
                }
            }
            Theirs::Mapping(members) => self.members(members, column),
            Theirs::Tagged(_) => unreachable!("no tags are generated"),
        }
    }

    fn members(&mut self, members: &Mapping, column: usize) {
        for (number, (key, value)) in members.iter().enumerate() {
            if number > 0 {
                self.line(column);
            }
            let key = key.as_str().unwrap();
            if key.chars().count() > 128 {
                self.out.push_str("? ");
                self.string(key, column + 2);
                self.line(column);
                self.out.push_str(": ");
                self.value(value, column + 2, column + 2);
                continue;
            }
            if is_plain(key) {
                self.out.push_str(key);
            } else {
                self.double(key, None);
            }
            self.out.push(':');
            let below = match value {
                Theirs::Mapping(members) if !members.is_empty() => Some(column + 2),
                Theirs::Sequence(items) if !items.is_empty() => Some(column + 2 * self.roll(2)),
                _ => None,
            };
            match below {
                Some(below) => self.line(below),
                None => self.out.push(' '),
            }
            self.value(value, below.unwrap_or_default(), column + 2);
        }
    }

    fn string(&mut self, text: &str, fold: usize) {
        let is_printable = text.chars().all(|c| c == '\n' || is_printable(c));
        let is_clean = is_printable && !text.contains(" \n");
        match self.roll(5) {
            0 if is_plain(text) => self.folded(text, fold),
            1 if is_clean && !text.contains("\n ") => self.single(text, fold),
            2 if is_clean && text.contains('\n') && !text.ends_with(' ') => {
                self.literal(text, fold);
            }
            3 if is_plain(text) => {
                self.out.push_str(">-");
                self.line(fold);
                self.folded(text, fold);
            }
            _ => self.double(text, Some(fold)),
        }
    }

    fn folded(&mut self, text: &str, fold: usize) {
        let chars: Vec<char> = text.chars().collect();
        for (at, &c) in chars.iter().enumerate() {
            if c == ' ' && self.is_wide() && !is_next_to_space(&chars, at) {
                self.line(fold);
            } else {
                self.out.push(c);
            }
        }
    }

    fn single(&mut self, text: &str, fold: usize) {
        self.out.push('\'');
        let chars: Vec<char> = text.chars().collect();
        for (at, &c) in chars.iter().enumerate() {
            match c {
                ' ' if self.is_wide() && !is_next_to_space(&chars, at) => self.line(fold),
                '\'' => self.out.push_str("''"),
                '\n' => {
                    if at == 0 || chars[at - 1] != '\n' {
                        self.out.push('\n');
                    }
                    self.out.push('\n');
                    if chars.get(at + 1) != Some(&'\n') {
                        self.out.push_str(&" ".repeat(fold));
                    }
                }
                _ => self.out.push(c),
            }
        }
        self.out.push('\'');
    }

    fn double(&mut self, text: &str, fold: Option<usize>) {
        self.out.push('"');
        let chars: Vec<char> = text.chars().collect();
        let mut after_space = true;
        for (at, &c) in chars.iter().enumerate() {
            let folds = c == ' ' && !after_space && self.is_wide() && at + 1 < chars.len();
            after_space = c == ' ';
            match (c, fold) {
                (_, Some(fold)) if folds => {
                    self.line(fold);
                    if chars[at + 1] == ' ' {
                        self.out.push('\\');
                    }
                }
                ('"' | '\\', _) => self.out.extend(['\\', c]),
                ('\n', _) => self.out.push_str("\\n"),
                ('\t', _) => self.out.push_str("\\t"),
                ('\0', _) => self.out.push_str("\\0"),
                (c, _) if is_printable(c) => self.out.push(c),
                (c, _) if u32::from(c) < 0x100 => self.escape('x', 2, c),
                (c, _) if u32::from(c) < 0x10000 => {
                    self.escape('u', 4, c);
                }
                (c, _) => self.escape('U', 8, c),
            }
        }
        self.out.push('"');
    }

    fn escape(&mut self, letter: char, digits: usize, c: char) {
        write!(self.out, "\\{letter}{:0digits$X}", u32::from(c)).unwrap();
    }

    fn literal(&mut self, text: &str, fold: usize) {
        self.out.push('|');
        if text.starts_with([' ', '\n']) {
            self.out.push_str(if fold == 1 { "1" } else { "2" });
        }
        let body = text.strip_suffix('\n');
        if text == "\n" || body.is_some_and(|body| body.ends_with('\n')) {
            self.out.push('+');
        } else if body.is_none() {
            self.out.push('-');
        }
        for line in body.unwrap_or(text).split('\n') {
            self.line(if line.is_empty() { 0 } else { fold });
            self.out.push_str(line);
        }
    }

    fn line(&mut self, column: usize) {
        self.out.push('\n');
        self.out.push_str(&" ".repeat(column));
    }

    fn is_wide(&self) -> bool {
        let line = self.out.rsplit('\n').next().unwrap_or_default();
        line.chars().count() > WIDTH
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        usize::try_from(self.dice >> 32).unwrap() % sides
    }
}

/// Characters that libyaml writes without an escape.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}' | '\u{10000}'..)
        && !matches!(c, '\u{2028}' | '\u{2029}')
}

fn is_plain(text: &str) -> bool {
    let is_first = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '_' | '=' | '(' | '+');
    text.starts_with(is_first)
        && text.chars().all(is_printable)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && serde_yaml::from_str::<Theirs>(text).is_ok_and(|value| value.is_string())
}

fn is_next_to_space(chars: &[char], at: usize) -> bool {
    at == 0
        || chars[at - 1] == ' '
        || chars.get(at + 1).is_none_or(|&next| next == ' ' || next == '\n')
        || chars[at - 1] == '\n'
}
