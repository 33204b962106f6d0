//! Whether a state has lasted longer than it may.
//!
//! Where the clock is only the newest record of the archive, the cluster was looked at no earlier:
//! that a state is old can be proved by it, that it is young cannot.

use mustknow_gather::clock::ClockSource;
use mustknow_gather::time::{Span, Time};

use crate::case::Case;
use crate::finding::{Certainty, Finding};
use crate::meta::Severity;

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

    /// Gives a finding the severity that time bears out.
    pub fn weigh(self, finding: Finding, usual: Severity) -> Finding {
        match self {
            Self::Outlasted => finding.severity(usual),
            Self::Unknown => {
                let certainty = finding.certainty.max(Certainty::Likely);
                finding.severity(usual.min(Severity::Warning)).certainty(certainty)
            }
            Self::Young => finding.severity(Severity::Info),
        }
    }
}

fn is_vague(case: &Case<'_>) -> bool {
    let newest_record =
        case.snapshot().clock().is_some_and(|clock| clock.source == ClockSource::NewestRecord);
    newest_record && !case.snapshot().is_openshift()
}
