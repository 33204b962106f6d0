//! Text from the archive in findings: shortened, on one line, and lists abbreviated.
//!
//! Go writes the cause of an error last, and a program its reason to end. So what is too long keeps
//! its decisive lines and its tail before its head, and ` ... ` stands for what is left out. The text
//! is redacted before it is cut or joined, because a secret is recognised by what stands around it;
//! what is quoted whole is redacted with the rest of the report.

use std::borrow::Cow;

use mustknow_redact::{Weight, redact_ends, shorten_redacted, weigh};

/// How many characters of text from the archive a summary may quote: two lines of a wide terminal.
/// That holds the last two or three links of a chain of errors.
const MAX_EXCERPT: usize = 300;
/// Fewer characters of a line do not say anything.
const MIN_PART: usize = 60;
/// What stands in place of what is left out.
const CUT: &str = " ... ";
/// How many names [`name_list`] spells out.
const MAX_NAMES: usize = 5;

/// `text` on one line, in at most the length that a summary may quote, give or take the marks of
/// what is left out.
///
/// A short text is quoted whole. Of several lines those are quoted that say why something failed, as
/// many as fit, in the order of the text, and then the first and the last. Of one line, or lines of
/// which none says so, the head and the tail are quoted, and the tail gets two thirds.
pub fn excerpt(text: &str) -> String {
    if !text.trim().contains('\n') && text.len() <= MAX_EXCERPT {
        return on_one_line(&without_colours(text));
    }
    let text = without_colours(text);
    let text = redact_ends(&text);
    let lines: Vec<_> =
        weigh(&text).map(|(line, weight)| Line { text: on_one_line(line), weight }).collect();
    let whole = on_one_line(&text);
    let is_short = whole.char_indices().nth(MAX_EXCERPT).is_none();
    if is_short || lines.iter().all(|line| line.weight < Weight::Error) {
        return shorten_redacted(&whole, MAX_EXCERPT, CUT).into_owned();
    }
    join(&decisive(&lines), lines.len())
}

/// The excerpt behind a colon, for the end of a summary; empty if there is no text.
pub fn colon_excerpt(text: &str) -> String {
    match &*excerpt(text) {
        "" => String::new(),
        shown => format!(": {shown}"),
    }
}

/// A line of a text.
struct Line {
    text: String,
    weight: Weight,
}

/// The lines that say most, as many as fit, with their numbers. The later of two equal ones says
/// more. A line that only surrounds the decisive ones is never cut.
fn decisive(lines: &[Line]) -> Vec<(usize, Cow<'_, str>)> {
    let mut ranked: Vec<_> = lines.iter().enumerate().collect();
    ranked.sort_by_key(|(at, line)| std::cmp::Reverse((line.weight, *at)));
    let mut shown: Vec<(usize, Cow<'_, str>)> = Vec::new();
    let mut templates = Vec::new();
    let mut room = MAX_EXCERPT;
    let is_end = |at: usize| at == 0 || at + 1 == lines.len();
    let says = |(at, line): &(usize, &Line)| match line.weight {
        Weight::Frame => false,
        Weight::Plain => is_end(*at),
        Weight::Error | Weight::Cause | Weight::End => true,
    };
    for (at, line) in ranked.into_iter().filter(says) {
        let is_whole = line.text.char_indices().nth(room).is_none();
        if room < MIN_PART || (line.weight == Weight::Plain && !is_whole) {
            break;
        }
        let template = template(&line.text);
        if templates.contains(&template) {
            continue;
        }
        templates.push(template);
        let part = shorten_redacted(&line.text, room, CUT);
        room = room.saturating_sub(part.chars().count() + CUT.len());
        shown.push((at, part));
    }
    shown.sort_by_key(|(at, _)| *at);
    shown
}

/// Lines of a text of `count` lines, with a mark wherever lines are left out.
fn join(shown: &[(usize, Cow<'_, str>)], count: usize) -> String {
    let mut joined = String::new();
    let mut next = 0;
    for (at, line) in shown {
        if *at > next {
            joined.push_str(if joined.is_empty() { CUT.trim_start() } else { CUT });
        } else if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line);
        next = at + 1;
    }
    if next < count {
        joined.push_str(CUT.trim_end());
    }
    joined
}

/// What lines have in common that differ only in numbers.
fn template(line: &str) -> String {
    line.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Text with single spaces between its words, without control characters and colours.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Text without the sequences with which a program colours its output: `ESC [ 3 1 m`.
fn without_colours(text: &str) -> Cow<'_, str> {
    const BEGIN: &str = "\u{1b}[";
    if !text.contains(BEGIN) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(BEGIN);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let letter = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        plain.push_str(letter.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(letter));
    }
    Cow::Owned(plain)
}

/// The first names of a list, and how many more there are: `a, b and 7 more`.
pub fn name_list<S: AsRef<str>>(names: &[S]) -> String {
    name_list_up_to(names, MAX_NAMES)
}

/// `a`, `a and b`, `a, b and c`, and beyond `limit` names `a, b and 7 more`.
pub fn name_list_up_to<S: AsRef<str>>(names: &[S], limit: usize) -> String {
    let shown: Vec<_> = names.iter().take(limit.max(1)).map(AsRef::as_ref).collect();
    match (names.len().saturating_sub(shown.len()), shown.split_last()) {
        (_, None) => String::new(),
        (0, Some((last, []))) => (*last).to_owned(),
        (0, Some((last, before))) => format!("{} and {last}", before.join(", ")),
        (more, Some(_)) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `1 pod`, `3 pods`.
pub fn pluralize(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Whether text from the archive consists only of characters of names and paths, so that it is safe
/// in a command.
pub fn is_shell_safe(text: &str) -> bool {
    let is_safe =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '@' | ':' | ',');
    !text.is_empty() && !text.starts_with('-') && text.chars().all(is_safe)
}

#[cfg(test)]
mod tests {
    use mustknow_testkit::planted_secrets::PLANTED_SECRETS;

    use super::*;

    #[test]
    fn a_short_text_is_quoted_whole_on_one_line() {
        assert_eq!(excerpt("  a\n\tb  "), "a b");
        assert_eq!(excerpt(""), "");
        assert_eq!(excerpt(" \n\u{0}\n"), "");
        let text = format!("panic: x\n{}", "y".repeat(200));
        assert_eq!(excerpt(&text), text.replace('\n', " "));
    }

    #[test]
    fn an_excerpt_is_one_short_line_for_any_text() {
        let most = MAX_EXCERPT + 2 * CUT.len();
        let zeros = |n: usize| format!("error: {n}a{}b\n", "z".repeat(n % 70));
        for text in [
            "\u{e4}\u{f6}".repeat(4000),
            "x".repeat(3 << 20),
            "error: ".repeat(1 << 18),
            "panic: \u{0}\u{1b}[31m\n".repeat(1 << 17),
            "e\u{301}".repeat(1 << 19),
            "\n\r\t ".repeat(1 << 18),
            (0..9999).map(zeros).collect(),
        ] {
            let short = excerpt(&text);
            assert!(short.chars().count() <= most, "{short}");
            assert!(!short.contains(char::is_control), "{short}");
        }
    }

    #[test]
    fn the_cause_at_the_end_of_a_chain_is_kept() {
        let cause = "tls: failed to verify certificate: x509: certificate has expired or is not yet \
                     valid: current time 2024-03-06T08:00:00Z is after 2024-03-05T21:19:29Z";
        let call = "https://webhook-service.operators.svc:443/mutate?timeout=10s";
        let chain = format!(
            "Internal error occurred: failed calling webhook \"m.x.io\": failed to call webhook: {} \
             Post \"{call}\": {cause}",
            "admission chain: ".repeat(20)
        );
        let short = excerpt(&chain);
        assert!(short.starts_with("Internal error occurred: failed calling webhook \"m.x.io\""));
        assert!(short.contains(CUT) && short.ends_with(cause), "{short}");
    }

    #[test]
    fn the_line_that_ended_a_program_comes_before_its_stack() {
        let stack = "main.main()\n\t/app/main.go:12 +0x1d\n".repeat(30);
        let log = format!(
            "{}panic: required environment variable DATABASE_URL is not set\n\n\
             goroutine 1 [running]:\n{stack}exit status 2\n",
            "I0305 21:19:29.000000 1 a.go:1] a line that is as long as lines of logs usually are\n"
                .repeat(20)
        );
        assert_eq!(
            excerpt(&log),
            "I0305 21:19:29.000000 1 a.go:1] a line that is as long as lines of logs usually are ... \
             panic: required environment variable DATABASE_URL is not set ... exit status 2"
        );
    }

    #[test]
    fn of_many_lines_the_decisive_ones_are_quoted() {
        let long = "a step of the installation that went well and that nobody needs to read about";
        let text = format!(
            "{long}\n{long} again\nADegraded: secrets \"x\" is forbidden: User \"y\" cannot list\n{long} \
             once more\nBDegraded: 429 Too Many Requests\n{long} at last"
        );
        assert_eq!(
            excerpt(&text),
            format!(
                "{long} ... ADegraded: secrets \"x\" is forbidden: User \"y\" cannot list ... BDegraded: 429 Too \
                 Many Requests {long} at last"
            )
        );
    }

    #[test]
    fn a_decisive_line_that_is_too_long_keeps_its_end() {
        let text = format!("start\npanic: {}no such host\nstop", "rpc error: ".repeat(100));
        let short = excerpt(&text);
        assert!(
            short.starts_with("... panic: rpc") && short.ends_with("no such host ..."),
            "{short}"
        );
    }

    #[test]
    fn equal_lines_are_quoted_once() {
        let text = (0..50).fold(String::new(), |text, n| format!("{text}error: no route {n}\n"));
        assert_eq!(excerpt(&text), "... error: no route 49");
    }

    #[test]
    fn colours_are_left_out() {
        assert_eq!(excerpt("\u{1b}[31;1mERROR\u{1b}[0m x\u{1b}[ \u{1b}["), "ERROR x");
    }

    #[test]
    fn no_excerpt_shows_a_part_of_a_secret() {
        for (text, secret) in PLANTED_SECRETS {
            let is_found = |text: &str| !redact_ends(text).contains(secret);
            for padding in (0..60).step_by(9).chain([400]) {
                let filling = ["some words ", "error: ", "line of a log\n", "\n"];
                for filling in filling.map(|filling| filling.repeat(padding)) {
                    let text = format!("{filling}\n{text}\n{filling}");
                    let short = excerpt(&text);
                    assert!(!is_found(&text) || !redact_ends(&short).contains(secret), "{short}");
                }
            }
        }
    }

    #[test]
    fn text_with_shell_syntax_is_not_safe() {
        assert!(is_shell_safe("/etc/systemd/system/x@y.service"));
        for text in ["", "a b", "$(x)", "a;b", "--flag", "x`y`", "a\nb"] {
            assert!(!is_shell_safe(text), "{text}");
        }
    }

    #[test]
    fn a_long_list_is_abbreviated() {
        assert_eq!(name_list::<&str>(&[]), "");
        assert_eq!(name_list(&["a"]), "a");
        assert_eq!(name_list(&["a", "b"]), "a and b");
        assert_eq!(name_list(&["a", "b", "c", "d", "e", "f", "g"]), "a, b, c, d, e and 2 more");
    }
}
