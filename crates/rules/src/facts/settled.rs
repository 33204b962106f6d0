//! Whether a bad state has lasted longer than a restart, a rollout or an installation takes.

use mustknow_gather::time::{Span, Time};

use super::update::Update;
use crate::case::Case;
use crate::meta::Severity;

/// How long the parts of a cluster that is being installed may take to come up.
const INSTALLING: Span = Span::minutes(60);

/// Whether the cluster's first installation has not finished.
pub fn is_installing(case: &Case<'_>) -> bool {
    case.cluster_version().and_then(Update::of).is_some_and(Update::is_installing)
}

/// The severity of a bad state that began at `since`: `full` once it is older than `grace`, only
/// worth knowing before, and at most a warning when nobody can say.
pub fn settled(case: &Case<'_>, since: Option<Time>, grace: Span, full: Severity) -> Severity {
    match case.age(since) {
        None => full.min(Severity::Warning),
        Some(age) if age <= grace => Severity::Info,
        Some(age) if age <= INSTALLING && is_installing(case) => Severity::Info,
        Some(_) => full,
    }
}
