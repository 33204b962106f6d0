//! Whether a state has lasted longer than a restart, a rollout or an installation takes.
//!
//! Where the clock is only the newest record in the archive, the cluster was collected at that time
//! or later. This can prove that a state is old, but not that it is recent.

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{HistoryEntry, UpdatePhase};

use crate::terms::context::RuleContext;
use crate::terms::finding::{Certainty, Finding};
use crate::terms::meta::Severity;

/// How long the components of a cluster may take to become ready during its installation.
pub const INSTALLATION: Span = Span::minutes(60);

/// Whether the installation of the cluster has not finished.
pub fn is_installing(cx: &RuleContext<'_>) -> bool {
    cx.cluster_version().and_then(UpdatePhase::of).is_some_and(UpdatePhase::is_installing)
}

/// Whether the installation began no longer ago than [`INSTALLATION`]: most of what is not ready yet
/// becomes ready by itself. It ends with that time, whatever the phase says: an installation that is
/// still running then is stuck, and one that has just completed settles for some minutes.
///
/// The newest record as the clock cannot show that a completed installation is young: the cluster
/// may have been collected long after.
pub fn is_young_installation(cx: &RuleContext<'_>) -> bool {
    let is_bounded = is_installing(cx) || !cx.ages_are_lower_bounds();
    is_bounded && cx.age(installation_start(cx)).is_some_and(|age| age <= INSTALLATION)
}

/// Whether the installation wrote it: until ten minutes after its end components still start.
pub fn is_of_installation(cx: &RuleContext<'_>, written: Option<Time>) -> bool {
    const SETTLING: Span = Span::minutes(10);
    let Some(version) = cx.cluster_version() else { return false };
    let end = version.history().last().and_then(HistoryEntry::ended);
    written.zip(end).is_some_and(|(written, end)| Span::between(end, written) <= SETTLING)
}

/// When the installation began: the start of the first entry of the history, or before it is written
/// the creation of the ClusterVersion.
fn installation_start(cx: &RuleContext<'_>) -> Option<Time> {
    let version = cx.cluster_version()?;
    let first = version.history().last().and_then(HistoryEntry::started);
    first.or_else(|| version.resource().created())
}

/// How long a state has lasted, compared with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Persistence {
    /// Not longer than is normal.
    WithinGrace,
    /// The archive does not show how long.
    Unknown,
    /// Longer than the limit.
    Exceeded,
}

impl Persistence {
    /// Compares the age of a state that began at `since` with `limit`.
    pub fn of(cx: &RuleContext<'_>, since: Option<Time>, limit: Span) -> Self {
        match cx.age(since) {
            Some(_) if cx.is_in_future(since) => Self::Unknown,
            Some(age) if age > limit => Self::Exceeded,
            // Single objects of plain Kubernetes come without a collection time.
            Some(_) if is_uncertain(cx) => Self::Unknown,
            Some(_) => Self::WithinGrace,
            None => Self::Unknown,
        }
    }

    /// Whether the state counts: it has lasted longer than the limit, or for an unknown time.
    pub fn counts(self) -> bool {
        self != Self::WithinGrace
    }

    /// Exceeded if another measure than time shows it, such as a number of restarts.
    #[must_use]
    pub fn or_exceeded(self, when: bool) -> Self {
        if when { Self::Exceeded } else { self }
    }

    /// The severity by age: the usual one, at most a warning if the age is unknown, and a note
    /// while the state is recent.
    pub fn severity(self, usual: Severity) -> Severity {
        match self {
            Self::Exceeded => usual,
            Self::Unknown => usual.min(Severity::Warning),
            Self::WithinGrace => Severity::Info,
        }
    }

    /// Sets the severity and the certainty of a finding by age.
    pub fn apply(self, finding: Finding, usual: Severity) -> Finding {
        let certainty = match self {
            Self::Unknown => finding.certainty.max(Certainty::Likely),
            Self::WithinGrace | Self::Exceeded => finding.certainty,
        };
        let uncertainty = match (self, finding.uncertainty.is_empty()) {
            (Self::Unknown, true) => "the archive does not show how long it has lasted".to_owned(),
            _ => finding.uncertainty.clone(),
        };
        finding.severity(self.severity(usual)).certainty(certainty).uncertainty(uncertainty)
    }
}

fn is_uncertain(cx: &RuleContext<'_>) -> bool {
    cx.is_clock_uncertain() || (cx.ages_are_lower_bounds() && !cx.snapshot().is_openshift())
}
