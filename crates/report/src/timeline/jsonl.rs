//! Timelines as lines of JSON: one for each moment, and a last one for each cluster that says how much
//! was left out and what could not be looked at.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::model::{EventRow, OmittedEvents, SCHEMA, TimelineGap, TimelineReport};
use crate::report::Failed;
use crate::safe::SafeText;

/// One line.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Line<'a> {
    /// Name and version of this form.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The input, as it was given.
    path: &'a SafeText,
    /// Which of the clusters in the input it is about, from 1; 0 where the input could not be read.
    cluster: usize,
    #[serde(flatten)]
    what: What<'a>,
}

/// What a line says.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum What<'a> {
    /// Something that happened.
    EventRow(&'a EventRow),
    /// That nothing more comes of this cluster.
    End(End<'a>),
    /// Why the input could not be read at all.
    Error(&'a SafeText),
}

/// What there is to say of all moments of a cluster together.
#[derive(Debug, Serialize, JsonSchema)]
struct End<'a> {
    /// When the collection ended, RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    gathered_at: Option<&'a str>,
    /// When what was asked for begins.
    #[schemars(extend("format" = "date-time"))]
    from: Option<&'a str>,
    /// When it ends.
    #[schemars(extend("format" = "date-time"))]
    to: Option<&'a str>,
    /// How many moments were written.
    moments: usize,
    /// How many were not asked for.
    left_out: OmittedEvents,
    /// What could not be looked at.
    gaps: &'a [TimelineGap],
}

/// Writes the lines of one cluster.
pub fn write(timeline: &TimelineReport, out: &mut dyn Write) -> io::Result<()> {
    let TimelineReport { path, number, .. } = timeline;
    for moment in &timeline.moments {
        line(path, *number, What::EventRow(moment), out)?;
    }
    let end = End {
        gathered_at: timeline.cluster.gathered_at.as_deref(),
        from: timeline.from.as_deref(),
        to: timeline.to.as_deref(),
        moments: timeline.moments.len(),
        left_out: timeline.left_out,
        gaps: &timeline.gaps,
    };
    line(path, *number, What::End(end), out)
}

/// Writes the line of an input that could not be read at all.
pub fn failed(failed: &Failed, out: &mut dyn Write) -> io::Result<()> {
    line(&failed.path, 0, What::Error(&failed.error), out)
}

fn line(path: &SafeText, cluster: usize, what: What<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { schema: SCHEMA, path, cluster, what })?;
    out.write_all(b"\n")
}
