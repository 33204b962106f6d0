//! What the ClusterVersion says of the update: whether one runs, from where, and what fails.
//!
//! Source: openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go` for the history,
//! openshift/cluster-version-operator `pkg/cvo/status.go` and `sync_worker.go` for the reasons.

use std::borrow::Cow;

use mustknow_gather::kinds::{ClusterVersion, Condition, HistoryEntry, UpdateState};
use mustknow_gather::time::Time;

/// What the cluster-version operator is doing.
#[derive(Clone, Copy)]
pub enum Update<'s> {
    /// The first installation has not finished.
    Installing(HistoryEntry<'s>),
    /// An update runs.
    Updating {
        /// The newest entry of the history.
        to: HistoryEntry<'s>,
        /// The last version that was completed.
        from: HistoryEntry<'s>,
        /// Whether it began before another one was complete.
        over_partial: bool,
    },
    /// The newest entry is complete.
    Settled(HistoryEntry<'s>),
}

impl<'s> Update<'s> {
    /// Reads the history; None when it is empty.
    pub fn of(version: ClusterVersion<'s>) -> Option<Self> {
        let mut history = version.history();
        let newest = history.next()?;
        if newest.state() == UpdateState::Completed {
            return Some(Self::Settled(newest));
        }
        let rest: Vec<_> = history.collect();
        let over_partial = rest.first().is_some_and(|entry| entry.state() == UpdateState::Partial);
        Some(match rest.into_iter().find(|entry| entry.state() == UpdateState::Completed) {
            Some(from) => Self::Updating { to: newest, from, over_partial },
            None => Self::Installing(newest),
        })
    }

    /// When the update, or the installation, began; None when neither runs.
    pub fn started(self) -> Option<Time> {
        match self {
            Self::Installing(entry) | Self::Updating { to: entry, .. } => entry.started(),
            Self::Settled(_) => None,
        }
    }

    /// The entry that is being worked on, or was completed last.
    pub fn newest(self) -> HistoryEntry<'s> {
        match self {
            Self::Installing(entry) | Self::Updating { to: entry, .. } | Self::Settled(entry) => {
                entry
            }
        }
    }

    /// Whether an update runs, not an installation.
    pub fn is_updating(self) -> bool {
        matches!(self, Self::Updating { .. })
    }

    /// Whether the first installation has not finished.
    pub fn is_installing(self) -> bool {
        matches!(self, Self::Installing(_))
    }

    /// The last version that was completed; None while installing.
    pub fn completed(self) -> Option<HistoryEntry<'s>> {
        match self {
            Self::Installing(_) => None,
            Self::Updating { from, .. } => Some(from),
            Self::Settled(entry) => Some(entry),
        }
    }
}

/// One failure the cluster-version operator reports in `Failing`.
#[derive(Clone)]
pub struct Failure<'s> {
    /// The condition it stands in.
    pub condition: Condition<'s>,
    /// The reason, singular: `ClusterOperatorsNotAvailable` is `ClusterOperatorNotAvailable`.
    pub reason: Cow<'s, str>,
    /// Its own line of the message.
    pub message: String,
}

/// The failures of `Failing`, one for each line when there are several. A condition that is not
/// True or Unknown with a reason of its own yields none.
pub fn failures(version: ClusterVersion<'_>) -> Vec<Failure<'_>> {
    let Some(condition) = version.condition("Failing").filter(|c| !c.is_false()) else {
        return Vec::new();
    };
    let (reason, message) = (condition.reason(), condition.message());
    if reason != "MultipleErrors" {
        let reason = singular(reason);
        return vec![Failure { condition, reason, message: message.into_owned() }];
    }
    message
        .split("\n* ")
        .skip(1)
        .map(|line| Failure {
            condition,
            reason: Cow::Borrowed(reason_of(line)),
            message: line.trim().to_owned(),
        })
        .collect()
}

fn singular(reason: Cow<'_, str>) -> Cow<'_, str> {
    match reason.strip_prefix("ClusterOperators") {
        Some(rest) if rest != "NotUpgradeable" => Cow::Owned(format!("ClusterOperator{rest}")),
        _ => reason,
    }
}

/// The reason that belongs to one line of a `MultipleErrors` message, which does not carry it.
/// Source: cluster-version-operator `pkg/payload/task.go`, `pkg/cvo/internal/operatorstatus.go`.
fn reason_of(line: &str) -> &'static str {
    const SIGNS: [(&str, &str); 15] = [
        ("is not available", "ClusterOperatorNotAvailable"),
        ("are not available", "ClusterOperatorNotAvailable"),
        ("is degraded", "ClusterOperatorDegraded"),
        ("are degraded", "ClusterOperatorDegraded"),
        ("is updating versions", "ClusterOperatorUpdating"),
        ("are updating versions", "ClusterOperatorUpdating"),
        ("resource may have been deleted", "UpdatePayloadResourceNotFound"),
        ("someone else is updating this resource", "UpdatePayloadResourceConflict"),
        ("the server is down or not responding", "UpdatePayloadClusterDown"),
        ("the server is reporting an internal error", "UpdatePayloadClusterError"),
        ("the object is invalid", "UpdatePayloadResourceInvalid"),
        ("could not authenticate to the server", "UpdatePayloadClusterUnauthorized"),
        ("the server has forbidden updates", "UpdatePayloadResourceForbidden"),
        ("the server is overloaded", "UpdatePayloadClusterOverloaded"),
        ("does not recognize this resource", "UpdatePayloadResourceTypeMissing"),
    ];
    let known = SIGNS.iter().find(|(sign, _)| line.contains(sign)).map(|(_, reason)| *reason);
    // A workload of the payload that does not roll out is named with its kind.
    let workload = ["deployment ", "daemonset ", "Deployment ", "DaemonSet "];
    match known {
        Some(reason) => reason,
        None if workload.iter().any(|kind| line.contains(kind)) => "WorkloadNotAvailable",
        None => "UpdatePayloadFailed",
    }
}
