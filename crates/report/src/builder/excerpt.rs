//! A few lines of a file, with their line numbers and the quoted part marked.

use std::ops::Range;

use mustknow_redact::SecretSpan;
use mustknow_yaml::Tree;

use crate::model::Excerpt;

/// How many lines of a quoted part are shown.
const LINES_SHOWN: usize = 8;
/// How many characters of a line are shown: of a longer one its head, the quoted part with what
/// surrounds it, and its tail, where an error has its cause.
const COLUMNS_SHOWN: usize = 2000;
const HEAD_SHOWN: usize = 400;
const BEFORE_MARK: usize = 100;
const FROM_MARK: usize = 500;
const TAIL_SHOWN: usize = 1000;
/// What stands for the rest of a line.
const CUT: &str = " [cut] ";
/// How many bytes of the shown lines are searched for secrets; the rest is not shown.
const SEARCHED: usize = 64 << 10;
/// How many bytes before the shown lines are searched too: more than the length of a private key.
const SEARCHED_BEFORE: usize = 4 << 10;

/// The lines that hold `span`, up to where a part of the file was not kept.
pub(super) fn of_tree(tree: &Tree, span: &Range<usize>) -> Excerpt {
    let lines = tree.lines_from(span.start);
    let end = span.end.max(span.start) - lines.start;
    let before = before(tree.text(), lines.start);
    let mut made = excerpt(before, lines.text, lines.number, span.start - lines.start..end);
    made.shortened |= lines.is_cut && end > lines.text.len();
    made
}

/// One line of a log.
pub(super) fn of_line(number: u64, text: &str, mark: Range<usize>) -> Excerpt {
    excerpt("", text, number, mark)
}

/// The lines before `start` that are searched.
fn before(text: &str, start: usize) -> &str {
    let all = text.get(..start).unwrap_or_default();
    let from = all.floor_char_boundary(all.len().saturating_sub(SEARCHED_BEFORE));
    let some = all.get(from..).unwrap_or_default();
    match some.split_once('\n') {
        Some((_, complete)) if from > 0 => complete,
        _ => some,
    }
}

/// The lines of `text` that hold `span`, which begins in the first of them; `before` precedes them
/// and is not shown.
fn excerpt(before: &str, text: &str, first_line: u64, span: Range<usize>) -> Excerpt {
    let first = text.find('\n').unwrap_or(text.len());
    if first > SEARCHED {
        return of_endless_line(text.get(..first).unwrap_or_default(), first_line, &span);
    }
    let shown = shown(text, &span);
    let mut writer = ExcerptWriter::new(first_line, span);
    writer.lines(before, shown);
    let is_shortened = shown.len() < writer.span.end;
    let mut made = writer.finish();
    made.shortened |= is_shortened;
    made
}

/// A part of a line that is too long to search.
fn of_endless_line(line: &str, number: u64, span: &Range<usize>) -> Excerpt {
    let start = line.floor_char_boundary(span.start.saturating_sub(BEFORE_MARK));
    let most = line.len().min(start + SEARCHED);
    let end = line.floor_char_boundary(most.min(span.end.max(start) + FROM_MARK));
    let mut writer =
        ExcerptWriter::new(number, span.start - start..span.end.max(span.start) - start);
    if start > 0 {
        writer.made.text.push_own(CUT.trim_start());
    }
    writer.lines(before(line, start), line.get(start..end).unwrap_or_default());
    if end < line.len() {
        writer.made.text.push_own(CUT.trim_end());
    }
    let mut made = writer.finish();
    made.shortened = true;
    made
}

/// An excerpt that is being written, and the span that it quotes.
struct ExcerptWriter {
    made: Excerpt,
    span: Range<usize>,
    is_started: bool,
}

/// A column of a line: where it begins and ends in the text, and the character or the secret.
struct Column<'s> {
    range: Range<usize>,
    content: Result<char, &'s SecretSpan>,
}

impl ExcerptWriter {
    fn new(first_line: u64, span: Range<usize>) -> Self {
        let made = Excerpt { first_line, ..Excerpt::default() };
        Self { made, span, is_started: false }
    }

    /// Writes lines, given the text before them.
    fn lines(&mut self, before: &str, shown: &str) {
        let secrets = secrets(before, shown);
        let mut secrets = secrets.as_slice();
        let mut at = 0;
        for (number, line) in shown.split_inclusive('\n').enumerate() {
            if number > 0 {
                self.made.text.push_own("\n");
            }
            self.line(&columns(line, at, &mut secrets));
            at += line.len();
        }
    }

    fn line(&mut self, columns: &[Column<'_>]) {
        let is_before = |at: usize| columns.partition_point(|column| column.range.end <= at);
        let mark = is_before(self.span.start)..is_before(self.span.end);
        for (number, kept) in kept(columns.len(), &mark).into_iter().enumerate() {
            if number > 0 {
                self.made.text.push_own(CUT);
                self.made.shortened = true;
            }
            columns.get(kept).unwrap_or_default().iter().for_each(|column| self.column(column));
        }
    }

    fn column(&mut self, column: &Column<'_>) {
        if !self.is_started && column.range.end > self.span.start {
            self.made.start = self.made.text.len();
            self.is_started = true;
        }
        match column.content {
            Ok(c) => self.made.text.push(c),
            Err(secret) => self.made.text.push_own(secret.kind.marker()),
        }
        if self.is_started && column.range.start < self.span.end {
            self.made.end = self.made.text.len();
        }
    }

    fn finish(mut self) -> Excerpt {
        if !self.is_started {
            self.made.start = self.made.text.len();
        }
        self.made.end = self.made.end.max(self.made.start);
        self.made
    }
}

/// The columns of a line that begins at `at`; `secrets` are those that do not end before it.
fn columns<'s>(line: &str, at: usize, secrets: &mut &'s [SecretSpan]) -> Vec<Column<'s>> {
    let mut columns: Vec<Column<'_>> = Vec::new();
    for (offset, c) in line.trim_end_matches(['\n', '\r']).char_indices() {
        let range = at + offset..at + offset + c.len_utf8();
        while let Some((secret, rest)) = secrets.split_first()
            && secret.range.end <= range.start
        {
            *secrets = rest;
        }
        match secrets.first().filter(|secret| secret.range.start <= range.start) {
            None => columns.push(Column { range, content: Ok(c) }),
            Some(secret) if secret.range.start == range.start => {
                columns.push(Column { range: secret.range.clone(), content: Err(secret) });
            }
            Some(_) => {}
        }
    }
    columns
}

/// Which columns of a line are shown, of which `mark` are quoted.
fn kept(count: usize, mark: &Range<usize>) -> Vec<Range<usize>> {
    if count <= COLUMNS_SHOWN {
        return std::iter::once(0..count).collect();
    }
    let from = mark.start.min(count).saturating_sub(BEFORE_MARK);
    let around = from..(mark.start + FROM_MARK).min(count);
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in [0..HEAD_SHOWN, around, count - TAIL_SHOWN..count] {
        match merged.last_mut() {
            Some(last) if range.start <= last.end + CUT.len() => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The lines that are shown of `span`.
fn shown<'t>(text: &'t str, span: &Range<usize>) -> &'t str {
    let mut end = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number == LINES_SHOWN || (number > 0 && end >= span.end) || end > SEARCHED {
            break;
        }
        end += line.len();
    }
    text.get(..text.floor_char_boundary(end.min(SEARCHED))).unwrap_or_default()
}

/// The secrets in `shown`, given the text before it.
fn secrets(before: &str, shown: &str) -> Vec<SecretSpan> {
    let moved = |SecretSpan { range, kind }: SecretSpan| {
        let start = range.start.saturating_sub(before.len());
        SecretSpan { range: start..range.end.saturating_sub(before.len()), kind }
    };
    let all = mustknow_redact::find(&[before, shown].concat()).into_iter().map(moved);
    all.filter(|secret| !secret.range.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use mustknow_testkit::planted_secrets::PLANTED_SECRETS;

    use super::*;

    #[test]
    fn marks_the_quoted_part_within_its_lines() {
        let made = excerpt("", "  a: x\n  b: y\nc", 7, 2..13);
        assert_eq!((made.first_line, &*made.text), (7, "  a: x\n  b: y"));
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "a: x\n  b: y");
    }

    #[test]
    fn omitted_lines_are_reported() {
        let made = excerpt("", &"a: b\n".repeat(100), 1, 0..500);
        assert_eq!(made.text.lines().count(), LINES_SHOWN);
        assert!(made.shortened);
        let made = excerpt("", &"x".repeat(100_000), 1, 0..100_000);
        assert!(made.shortened && made.text.len() < 2 * COLUMNS_SHOWN);
    }

    #[test]
    fn a_span_of_a_tree_comes_with_its_line() {
        let text = "data:\n  a: x\n  b:\n    c: 1\nkind: X\n";
        let tree = Tree::parse(text).unwrap();
        let whole = of_tree(&tree, &(8..text.len()));
        assert_eq!((whole.first_line, whole.shortened), (2, false));
        assert_eq!(whole.text.lines().count(), 4);
    }

    #[test]
    fn an_empty_span_marks_its_place() {
        let made = excerpt("", "abc\n", 1, 1..1);
        assert_eq!((made.start, made.end), (1, 1));
        assert_eq!(excerpt("", "", 1, 0..0), Excerpt { first_line: 1, ..Excerpt::default() });
    }

    #[test]
    fn marks_hold_when_characters_are_escaped() {
        let made = excerpt("", "a\u{1b}b\n", 1, 2..3);
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "b");
    }

    #[test]
    fn the_middle_of_a_key_is_recognised_by_the_text_before_it() {
        let line = "    plantplantplantplant\n";
        let text = format!(
            "data:\n  a: x\n  k: |\n    -----BEGIN PRIVATE KEY-----\n{}    -----END PRIVATE KEY-----\n  \
             z: beside\n",
            line.repeat(60)
        );
        let tree = Tree::parse(&*text).unwrap();
        let from = text.find("plant").unwrap();
        for at in [from, from + 20 * line.len(), from + 55 * line.len()] {
            let made = of_tree(&tree, &(at..text.len()));
            assert!(!made.text.contains("plant"), "{}", &*made.text);
            assert!(made.text.contains("<redacted: private key>"), "{}", &*made.text);
        }
        let end = of_tree(&tree, &(text.find("z: beside").unwrap()..text.len()));
        assert_eq!(&*end.text, "  z: beside");
    }

    #[test]
    fn a_certificate_is_shown_wherever_the_excerpt_begins() {
        let body = "    MIIDdTCCAl2gAwIBAgIUQBP7Q9MIIDdTCCAl2gAwIBAgIUQBP7Q9\n".repeat(20);
        let text = format!("a:\n  ca: |\n    -----BEGIN CERTIFICATE-----\n{body}");
        let tree = Tree::parse(&*text).unwrap();
        let made = of_tree(&tree, &(text.len() - 100..text.len()));
        assert!(made.text.contains("MIIDdTCCAl2g"), "{}", &*made.text);
    }

    #[test]
    fn marks_hold_when_secrets_are_redacted() {
        let line = "login password=plant at last";
        let made = excerpt("", line, 1, 24..28);
        assert_eq!(&*made.text, "login password=<redacted: password> at last");
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "last");
        let made = excerpt("", line, 1, 17..18);
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "<redacted: password>");
    }

    #[test]
    fn a_long_line_shows_its_head_the_quoted_part_and_its_end() {
        let line = format!("time {}here {}the end", "x ".repeat(3000), "y ".repeat(3000));
        let made = excerpt("", &line, 1, 6005..6009);
        assert!(made.text.starts_with("time x x") && made.text.ends_with("y the end"));
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "here");
        assert!(made.shortened && made.text.matches(CUT).count() == 2, "{}", &*made.text);
        let whole = excerpt("", &line, 1, 0..line.len());
        assert_eq!((whole.start, whole.end), (0, whole.text.len()));
        assert!(whole.text.len() <= COLUMNS_SHOWN && whole.text.ends_with("the end"));
    }

    #[test]
    fn the_quoted_part_of_an_endless_line_is_shown() {
        let line = "x".repeat(3 << 20) + "token=hunter2 here" + &"y".repeat(3 << 20);
        let at = (3 << 20) + 14;
        let made = excerpt("", &line, 1, at..at + 4);
        assert_eq!(made.text.get(made.start..made.end).unwrap(), "here");
        assert!(made.text.starts_with("[cut] xx") && made.text.ends_with("yy [cut]"));
        assert!(made.shortened && !made.text.contains("hunter2"), "{}", &*made.text);
        let most = excerpt("", &line, 1, 0..line.len());
        assert!(most.shortened && most.text.len() < 2 * COLUMNS_SHOWN);
    }

    #[test]
    fn no_cut_shows_a_part_of_a_secret() {
        for (text, secret) in PLANTED_SECRETS.iter().filter(|(text, _)| !text.contains('\n')) {
            // Some of them are recognised only where their line ends.
            if mustknow_redact::redact(&format!("x {text} x")).contains(secret) {
                continue;
            }
            let text = format!(" {text} ");
            for cut in [HEAD_SHOWN, 2500 - BEFORE_MARK, 2500 + FROM_MARK, 5000 - TAIL_SHOWN] {
                for at in (cut.saturating_sub(text.len() + 2)..cut + 2).step_by(5) {
                    let mut line = "x ".repeat(2500);
                    line.replace_range(at..at + text.len(), &text);
                    let made = excerpt("", &line, 1, 2500..2510);
                    assert!(!made.text.contains(secret), "{secret}: {}", &*made.text);
                }
            }
        }
    }

    #[test]
    fn a_secret_at_the_cut_of_a_line_is_redacted_completely() {
        let line = format!("{}\"password\":\"{}\"", "x ".repeat(995), "plant".repeat(100));
        let made = excerpt("", &line, 1, 0..line.len());
        assert!(!made.text.contains("plant"), "{}", &*made.text);
    }
}
