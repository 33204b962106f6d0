//! Timelines as lines of JSON: one for each event, and a last one for each cluster with what was left
//! out and what could not be read.

use std::io::{self, Write};

use serde::Serialize;

use crate::model::{EventRow, Failed, OmittedEvents, TIMELINE_SCHEMA, TimelineGap, TimelineReport};
use crate::redact::SafeText;

/// One line.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct TimelineLine<'a> {
    /// Name and version of this form.
    #[cfg_attr(feature = "schema", schemars(extend("const" = TIMELINE_SCHEMA)))]
    schema: &'static str,
    /// The input, as it was given.
    path: &'a SafeText,
    /// The number of the cluster in the input, from 1; 0 where the input could not be read.
    cluster: usize,
    #[serde(flatten)]
    content: LineContent<'a>,
}

/// The content of a line.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
enum LineContent<'a> {
    /// Something that happened.
    #[serde(rename = "moment")]
    Event(&'a EventRow),
    /// The end of a cluster.
    #[serde(rename = "end")]
    End(TimelineEnd<'a>),
    /// Why the input could not be read at all.
    #[serde(rename = "error")]
    Error(&'a SafeText),
}

/// What all events of a cluster have in common.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct TimelineEnd<'a> {
    /// When the collection ended, RFC 3339.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    gathered_at: Option<&'a str>,
    /// Where the requested time begins.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    from: Option<&'a str>,
    /// Where it ends.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    to: Option<&'a str>,
    /// How many events were written.
    #[serde(rename = "moments")]
    events: usize,
    /// How many were not requested.
    left_out: OmittedEvents,
    /// What could not be read.
    gaps: &'a [TimelineGap],
}

/// Writes the lines of one cluster.
pub fn write(timeline: &TimelineReport, out: &mut dyn Write) -> io::Result<()> {
    let TimelineReport { path, number, .. } = timeline;
    for event in &timeline.events {
        line(path, *number, LineContent::Event(event), out)?;
    }
    let end = TimelineEnd {
        gathered_at: timeline.cluster.gathered_at.as_deref(),
        from: timeline.from.as_deref(),
        to: timeline.to.as_deref(),
        events: timeline.events.len(),
        left_out: timeline.left_out,
        gaps: &timeline.gaps,
    };
    line(path, *number, LineContent::End(end), out)
}

/// Writes the line of an input that could not be read at all.
pub fn failed(failed: &Failed, out: &mut dyn Write) -> io::Result<()> {
    line(&failed.path, 0, LineContent::Error(&failed.error), out)
}

fn line(
    path: &SafeText,
    cluster: usize,
    content: LineContent<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let line = TimelineLine { schema: TIMELINE_SCHEMA, path, cluster, content };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}
