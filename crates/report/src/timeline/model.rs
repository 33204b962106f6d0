//! The moments of one cluster, in their final order and with harmless words.
//!
//! The serialised form is documented in `docs/timeline.md`; a change that breaks a reader of it changes
//! [`SCHEMA`].

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::{Cluster, Subject};
use crate::safe::SafeText;

/// Name and version of the serialised form of a line.
pub const SCHEMA: &str = "mustknow/timeline/v1";

/// What happened in one cluster.
#[derive(Debug)]
pub struct TimelineReport {
    /// The input, as it was given.
    pub path: SafeText,
    /// Which of the clusters in the input it is, from 1.
    pub number: usize,
    /// The folders in it that hold the cluster.
    pub roots: Vec<SafeText>,
    /// The cluster.
    pub cluster: Cluster,
    /// When what was asked for begins, RFC 3339.
    pub from: Option<String>,
    /// When it ends.
    pub to: Option<String>,
    /// The moments.
    pub moments: Vec<EventRow>,
    /// What could not be looked at.
    pub gaps: Vec<TimelineGap>,
    /// How many moments were not asked for.
    pub left_out: OmittedEvents,
}

/// Something that happened, or a series of the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventRow {
    /// When, or when first; RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    pub at: String,
    /// When last, for what lasted or came again.
    #[schemars(extend("format" = "date-time"))]
    pub until: Option<String>,
    /// How often.
    pub count: u64,
    /// What tells of it.
    #[schemars(extend("enum" = ["update", "condition", "node", "pod", "event", "revision", "certificate", "object", "outage", "alert", "log", "finding"]))]
    pub source: &'static str,
    /// How bad the thing itself says it is.
    #[schemars(extend("enum" = ["info", "warning", "error", "critical"]))]
    pub severity: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// What happened.
    pub words: SafeText,
    /// The file that tells it.
    pub file: SafeText,
    /// The line it begins at, from 1.
    pub line: u64,
}

/// The moments that a page draws.
#[derive(Debug, Default)]
pub struct TimelineChart {
    /// They, in their order.
    pub moments: Vec<EventRow>,
    /// How many there are besides, none of them worse than the mildest of those that are kept.
    pub left_out: usize,
}

/// What could not be looked at, and would have told more.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TimelineGap {
    /// `not-collected`, `damaged`, `truncated`, `redacted` or `field-absent`.
    #[schemars(extend("enum" = ["not-collected", "damaged", "truncated", "redacted", "field-absent"]))]
    pub gap: &'static str,
    /// What is missing.
    pub what: SafeText,
    /// Commands that get it.
    pub ask: Vec<SafeText>,
}

/// How many moments were not asked for, each by the first reason that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OmittedEvents {
    /// Outside the time that was asked for.
    pub time: usize,
    /// About other namespaces.
    pub namespace: usize,
    /// About other objects.
    pub object: usize,
    /// Of other sources.
    pub source: usize,
    /// Not bad enough.
    pub severity: usize,
    /// The oldest, of more than are kept.
    pub oldest: usize,
}
