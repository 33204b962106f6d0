//! The status of a cluster, and how urgent it is.

use mustknow_rules::Severity;

/// The status of a cluster, the least urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TriageStatus {
    /// No problems were found.
    Healthy,
    /// The only problems are accepted or below the requested severity.
    Accepted,
    /// No problems were found, and the archive is incomplete or a check that matters is inconclusive.
    Undecided,
    /// There are notes and no problems.
    Noted,
    /// There are unexplained symptoms and no root cause.
    Symptoms,
    /// A root cause was found.
    Caused,
}

/// How urgent a row of the table is: greater is more urgent.
///
/// What does not work now comes before what will fail later: root causes of severity error and above,
/// stalled updates, symptoms of severity error and above, then warnings in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Urgency {
    class: UrgencyClass,
    cause: Option<Severity>,
    is_stalled: bool,
    symptom: Option<Severity>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum UrgencyClass {
    Calm,
    Undecided,
    Pruned,
    Noted,
    Symptom,
    Cause,
    SevereSymptom,
    Stalled,
    SevereCause,
}

impl Urgency {
    /// The urgency of an input that could not be read.
    pub(crate) const UNREAD: Self =
        Self { class: UrgencyClass::Pruned, cause: None, is_stalled: false, symptom: None };

    /// The urgency of a cluster with its most severe root cause and symptom.
    pub(super) fn new(
        status: TriageStatus,
        cause: Option<Severity>,
        is_stalled: bool,
        symptom: Option<Severity>,
    ) -> Self {
        let class = match status {
            _ if cause >= Some(Severity::Error) => UrgencyClass::SevereCause,
            _ if is_stalled => UrgencyClass::Stalled,
            _ if symptom >= Some(Severity::Error) => UrgencyClass::SevereSymptom,
            TriageStatus::Caused => UrgencyClass::Cause,
            TriageStatus::Symptoms => UrgencyClass::Symptom,
            TriageStatus::Noted => UrgencyClass::Noted,
            TriageStatus::Undecided => UrgencyClass::Undecided,
            TriageStatus::Accepted | TriageStatus::Healthy => UrgencyClass::Calm,
        };
        Self { class, cause, is_stalled, symptom }
    }
}
