//! Whether a state has lasted longer than a restart, a rollout or an installation takes.
//!
//! Where the clock is only the newest record of the archive, the cluster was looked at no earlier:
//! that a state is old can be proved by it, that it is young cannot.

use mustknow_gather::time::{Span, Time};

use super::update::Update;
use crate::case::Case;
use crate::finding::{Certainty, Finding};
use crate::meta::Severity;

/// How long the parts of a cluster that is being installed may take to come up.
pub const INSTALLATION: Span = Span::minutes(60);

/// Whether the cluster's first installation has not finished.
pub fn is_installing(case: &Case<'_>) -> bool {
    case.cluster_version().and_then(Update::of).is_some_and(Update::is_installing)
}

/// How a state stands to the time it may last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Patience {
    /// It is within the time that is normal.
    Young,
    /// The archive cannot tell.
    Unknown,
    /// It has lasted too long.
    Outlasted,
}

impl Patience {
    /// How a state that began at `since` stands to `limit`.
    pub fn of(case: &Case<'_>, since: Option<Time>, limit: Span) -> Self {
        match case.age(since) {
            Some(age) if age <= INSTALLATION && is_installing(case) => Self::Young,
            Some(age) if age > limit => Self::Outlasted,
            // Single objects of a plain cluster come without anything that dates the collection.
            Some(_) if is_vague(case) => Self::Unknown,
            Some(_) => Self::Young,
            None => Self::Unknown,
        }
    }

    /// A state that has lasted too long by another measure than time.
    #[must_use]
    pub fn or_outlasted(self, when: bool) -> Self {
        if when { Self::Outlasted } else { self }
    }

    /// The severity that time bears out: the usual one, at most a warning when nobody can say, and
    /// only worth knowing while the state is young.
    pub fn severity(self, usual: Severity) -> Severity {
        match self {
            Self::Outlasted => usual,
            Self::Unknown => usual.min(Severity::Warning),
            Self::Young => Severity::Info,
        }
    }

    /// Gives a finding the severity and the certainty that time bears out.
    pub fn weigh(self, finding: Finding, usual: Severity) -> Finding {
        let certainty = match self {
            Self::Unknown => finding.certainty.max(Certainty::Likely),
            Self::Young | Self::Outlasted => finding.certainty,
        };
        let doubt = match (self, finding.doubt.is_empty()) {
            (Self::Unknown, true) => "nothing in the archive tells how long it lasts".to_owned(),
            _ => finding.doubt.clone(),
        };
        finding.severity(self.severity(usual)).certainty(certainty).doubt(doubt)
    }
}

fn is_vague(case: &Case<'_>) -> bool {
    case.is_clock_vague() || (case.ages_are_lower_bounds() && !case.snapshot().is_openshift())
}
