//! The events of one cluster, in their final order and safe to show.

use mustknow_rules::{GapKind, Severity};
use mustknow_timeline::Source;
use serde::Serialize;

use super::cluster::ClusterInfo;
use super::subject::ReportSubject;
use super::word;
use crate::redact::SafeText;

/// Name and version of the serialised form of a line.
pub const TIMELINE_SCHEMA: &str = "mustknow/timeline/v1";

/// The events of one cluster.
#[derive(Debug)]
pub struct TimelineReport {
    /// The input, as it was given.
    pub path: SafeText,
    /// The number of the cluster in the input, from 1.
    pub number: usize,
    /// The folders in it that hold the cluster.
    pub roots: Vec<SafeText>,
    /// The cluster.
    pub cluster: ClusterInfo,
    /// Where the requested time begins, RFC 3339.
    pub from: Option<String>,
    /// Where it ends.
    pub to: Option<String>,
    /// The events.
    pub events: Vec<EventRow>,
    /// What could not be read.
    pub gaps: Vec<TimelineGap>,
    /// How many events were not requested.
    pub left_out: OmittedEvents,
}

/// Something that happened, or a series of the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventRow {
    /// When, or when first; RFC 3339.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub at: String,
    /// When last, for what lasted or was repeated.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub until: Option<String>,
    /// How often.
    pub count: u64,
    /// The kind of source.
    #[serde(with = "word")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", extend("enum" = word::vocabulary::<Source>()))
    )]
    pub source: Source,
    /// The severity that the source itself gives it.
    #[serde(with = "word")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", extend("enum" = word::vocabulary::<Severity>()))
    )]
    pub severity: Severity,
    /// The object it is about.
    pub subject: ReportSubject,
    /// What happened.
    pub words: SafeText,
    /// The file that reports it.
    pub file: SafeText,
    /// The line it begins at, from 1.
    pub line: u64,
}

/// The events that a page draws.
#[derive(Debug, Default)]
pub struct TimelineChart {
    /// The events, in their order.
    pub events: Vec<EventRow>,
    /// How many further events there are, none more severe than the mildest of those above.
    pub left_out: usize,
}

/// A source of events that could not be read.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimelineGap {
    /// `not-collected`, `damaged`, `truncated`, `redacted` or `field-absent`.
    #[serde(with = "word")]
    #[cfg_attr(
        feature = "schema",
        schemars(
            with = "String",
            extend("enum" = ["not-collected", "damaged", "truncated", "redacted", "field-absent"])
        )
    )]
    pub gap: GapKind,
    /// What is missing.
    pub what: SafeText,
    /// Commands that collect it.
    pub ask: Vec<SafeText>,
}

/// How many events were not requested, each by the first reason that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OmittedEvents {
    /// Outside the requested time.
    pub time: usize,
    /// About other namespaces.
    pub namespace: usize,
    /// About other objects.
    pub object: usize,
    /// Of other sources.
    pub source: usize,
    /// Below the requested severity.
    pub severity: usize,
    /// Older than the newest that are kept.
    pub oldest: usize,
}
