//! Whether a state has lasted longer than a restart, a rollout or an installation takes.
//!
//! Where the clock is only the newest record of the archive, the cluster was looked at no earlier:
//! that a state is old can be proved by it, that it is young cannot.

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::UpdatePhase;

use crate::engine::context::RuleContext;
use crate::engine::finding::{Certainty, Finding};
use crate::engine::meta::Severity;

/// How long the parts of a cluster that is being installed may take to come up.
pub const INSTALLATION: Span = Span::minutes(60);

/// Whether the cluster's first installation has not finished.
pub fn is_installing(cx: &RuleContext<'_>) -> bool {
    cx.cluster_version().and_then(UpdatePhase::of).is_some_and(UpdatePhase::is_installing)
}

/// How a state stands to the time it may last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Persistence {
    /// It is within the time that is normal.
    WithinGrace,
    /// The archive cannot tell.
    Unknown,
    /// It has lasted too long.
    Exceeded,
}

impl Persistence {
    /// How a state that began at `since` stands to `limit`.
    pub fn of(cx: &RuleContext<'_>, since: Option<Time>, limit: Span) -> Self {
        match cx.age(since) {
            Some(age) if age <= INSTALLATION && is_installing(cx) => Self::WithinGrace,
            Some(age) if age > limit => Self::Exceeded,
            // Single objects of a plain cluster come without anything that dates the collection.
            Some(_) if is_vague(cx) => Self::Unknown,
            Some(_) => Self::WithinGrace,
            None => Self::Unknown,
        }
    }

    /// A state that has lasted too long by another measure than time.
    #[must_use]
    pub fn or_exceeded(self, when: bool) -> Self {
        if when { Self::Exceeded } else { self }
    }

    /// The severity that time bears out: the usual one, at most a warning when nobody can say, and
    /// only worth knowing while the state is young.
    pub fn severity(self, usual: Severity) -> Severity {
        match self {
            Self::Exceeded => usual,
            Self::Unknown => usual.min(Severity::Warning),
            Self::WithinGrace => Severity::Info,
        }
    }

    /// Gives a finding the severity and the certainty that time bears out.
    pub fn weigh(self, finding: Finding, usual: Severity) -> Finding {
        let certainty = match self {
            Self::Unknown => finding.certainty.max(Certainty::Likely),
            Self::WithinGrace | Self::Exceeded => finding.certainty,
        };
        let doubt = match (self, finding.doubt.is_empty()) {
            (Self::Unknown, true) => "nothing in the archive tells how long it lasts".to_owned(),
            _ => finding.doubt.clone(),
        };
        finding.severity(self.severity(usual)).certainty(certainty).doubt(doubt)
    }
}

fn is_vague(cx: &RuleContext<'_>) -> bool {
    cx.is_clock_vague() || (cx.ages_are_lower_bounds() && !cx.snapshot().is_openshift())
}
