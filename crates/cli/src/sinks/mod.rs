//! Where the outcomes of a scan go: one sink for each way to write the result.

mod document;
mod json_lines;
mod quiet;
mod text;

pub(crate) use document::DocumentSink;
pub(crate) use json_lines::JsonLinesSink;
pub(crate) use quiet::QuietSink;
pub(crate) use text::TextSink;
