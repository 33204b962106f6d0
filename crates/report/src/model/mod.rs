//! The report: what every renderer needs, in its final order, every text of the archive safe to show.
//!
//! The serialised form is documented in `docs/json.md` and `docs/timeline.md`; a change that breaks a
//! reader of it changes [`SCHEMA`], [`LINE_SCHEMA`] or [`TIMELINE_SCHEMA`].

mod archive;
mod checks;
mod cluster;
mod evidence;
mod finding;
mod operator;
mod remedy;
mod report;
mod scan;
mod selected;
mod subject;
mod timeline;
mod why;
pub(crate) mod word;

pub use archive::{ArchiveInfo, DamagedFile};
pub use checks::{HealthyCheck, InconclusiveCheck, NotApplicableCheck};
pub use cluster::{ClusterInfo, Distribution, UpdateInfo, UpdateKind};
pub use evidence::{Excerpt, ReportEvidence};
pub use finding::{Consequence, ReportFinding};
pub use operator::{OperatorNeed, ReportOperator, ReportOperatorState};
pub use remedy::{PreconditionState, ReportPrecondition, ReportRemedy};
pub use report::Report;
pub use scan::{Failed, LINE_SCHEMA, SCHEMA, ScanReport, Tool};
pub use selected::{OmittedByChoice, SuppressedFinding};
pub use subject::ReportSubject;
pub use timeline::{
    EventRow, OmittedEvents, TIMELINE_SCHEMA, TimelineChart, TimelineGap, TimelineReport,
};
pub use why::{WHY_SCHEMA, WhyFinding, WhyObject, WhyReport, WhyState};
pub use word::AsWord;
