//! Splits the logs that `kubectl cluster-info dump` writes one after another, between lines that
//! name pod and container. A dump printed to one stream contains them between its lists.
//!
//! Source: kubernetes/kubectl `pkg/cmd/clusterinfo/clusterinfo_dump.go`.

use memchr::{memchr, memchr_iter, memmem};

use super::artifact::LogFile;

const START: &[u8] = b"==== START logs for container ";
const END: &str = "==== END logs for container ";
const OF_POD: &str = " of pod ";
const CLOSING: &str = " ====";

/// The log of one container.
pub(crate) struct LogSection<'b> {
    pub(crate) log: LogFile<'b>,
    pub(crate) bytes: &'b [u8],
    /// How many lines of the file precede it.
    pub(crate) lines_before: u64,
}

/// Whether the text contains a log.
pub(crate) fn has_logs(bytes: &[u8]) -> bool {
    next_start(bytes, 0).is_some()
}

/// The logs in a text, and the text with the logs replaced by empty lines, so that line numbers
/// stay valid.
pub(crate) fn sections(bytes: &[u8]) -> (Vec<LogSection<'_>>, Vec<u8>) {
    let (mut found, mut rest) = (Vec::new(), Vec::new());
    let (mut at, mut lines) = (0, 0);
    while let Some(start) = next_start(bytes, at) {
        let before = slice(bytes, at, start);
        rest.extend_from_slice(before);
        lines += newlines(before);
        let head_end = line_end(bytes, start);
        let head = slice(bytes, start, head_end);
        let Some((log, end_marker)) = log_of(head) else {
            rest.extend_from_slice(head);
            lines += newlines(head);
            at = head_end;
            continue;
        };
        let body = slice(bytes, head_end, bytes.len());
        // The last line of a log may have no line break.
        let len = memmem::find(body, end_marker.as_bytes()).unwrap_or(body.len());
        let text = slice(body, 0, len);
        found.push(LogSection { log, bytes: text, lines_before: lines + newlines(head) });
        at = line_end(bytes, head_end + len);
        let whole = slice(bytes, start, at);
        rest.extend(memchr_iter(b'\n', whole).map(|_| b'\n'));
        lines += newlines(whole);
    }
    rest.extend_from_slice(slice(bytes, at, bytes.len()));
    (found, rest)
}

/// The offset of the next log, which begins at the start of a line.
fn next_start(bytes: &[u8], from: usize) -> Option<usize> {
    memmem::find_iter(slice(bytes, from, bytes.len()), START)
        .map(|at| from + at)
        .find(|at| at.checked_sub(1).is_none_or(|before| bytes.get(before) == Some(&b'\n')))
}

/// The container whose log begins with that line, and the line that ends the log.
fn log_of(head: &[u8]) -> Option<(LogFile<'_>, String)> {
    let head = std::str::from_utf8(head).ok()?.trim_end();
    let (_, words) = head.split_once(" container ")?;
    let (container, pod) = words.strip_suffix(CLOSING)?.split_once(OF_POD)?;
    let (namespace, pod) = pod.split_once('/')?;
    let is_named = ![container, namespace, pod].iter().any(|it| it.is_empty() || it.contains('/'));
    let end = format!("{END}{container}{OF_POD}{namespace}/{pod}{CLOSING}");
    is_named.then_some((LogFile { namespace, pod, container, earlier: false }, end))
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    memchr(b'\n', slice(bytes, from, bytes.len())).map_or(bytes.len(), |at| from + at + 1)
}

fn slice(bytes: &[u8], from: usize, to: usize) -> &[u8] {
    bytes.get(from..to).unwrap_or_default()
}

fn newlines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\n}\n\
        ==== START logs for container a of pod x/p ====\n\
        one\n==== START logs for container z of pod not/me ====\nlast without an end\
        ==== END logs for container a of pod x/p ====\n\
        ==== START logs for container b of pod x/p ====\n\
        ==== END logs for container b of pod x/p ====\n\
        {\n}\n";

    #[test]
    fn every_log_is_found_and_the_rest_keeps_its_line_numbers() {
        let (found, rest) = sections(TEXT.as_bytes());
        let logs: Vec<_> = found
            .iter()
            .map(|section| (section.log.container, section.bytes.len(), section.lines_before))
            .collect();
        assert_eq!(logs, [("a", 74, 3), ("b", 0, 7)]);
        let first = &found[0];
        assert_eq!((first.log.namespace, first.log.pod), ("x", "p"));
        assert!(first.bytes.ends_with(b"last without an end"));
        assert_eq!(String::from_utf8(rest).unwrap(), "{\n}\n\n\n\n\n\n\n{\n}\n");
    }

    #[test]
    fn a_log_without_an_end_line_extends_to_the_end() {
        let text = b"==== START logs for container a of pod x/p ====\none\ntwo";
        let (found, rest) = sections(text);
        assert_eq!(found[0].bytes, b"one\ntwo");
        assert_eq!(rest, b"\n\n");
    }

    #[test]
    fn lines_that_only_resemble_a_start_line_stay_text() {
        for text in [
            "x ==== START logs for container a of pod x/p ====\n",
            "==== START logs for container a of pod x ====\n",
            "==== START logs for container a of pod x/y/z ====\n",
            "==== START logs for container  of pod x/p ====\n",
            "==== START logs for container a",
        ] {
            let (found, rest) = sections(text.as_bytes());
            assert!(found.is_empty(), "{text}");
            assert_eq!(rest, text.as_bytes());
        }
        assert!(!has_logs(b"x ==== START logs for container a of pod x/p ====\n"));
    }
}
