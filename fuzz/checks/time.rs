//! Any text is parsed as a time or refused; a parsed time is written and parsed again unchanged.

use mustknow_cluster::model::time::{self, Span};

/// Checks one input.
pub(crate) fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let read = [time::rfc3339(text), time::go(text), time::line_head(text)];
    for found in read.into_iter().flatten() {
        let written = found.to_string();
        assert_eq!(time::rfc3339(&written), Some(found), "{text:?} became {written}");
    }
    if let [Some(start), Some(end), _] | [Some(start), _, Some(end)] | [_, Some(start), Some(end)] =
        read
    {
        assert_eq!(Span::between(start, end).seconds(), -Span::between(end, start).seconds());
    }
    let mut lines = text.lines().filter_map(time::line_head);
    if let (Some(start), Some(end)) = (lines.next(), lines.next()) {
        let _ = Span::between(start, end).to_string();
    }
}
