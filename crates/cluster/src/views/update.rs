//! The update state in the ClusterVersion: whether an update runs, from which version, and what
//! fails.
//!
//! Source: openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go` for the history,
//! openshift/cluster-version-operator `pkg/cvo/status.go` and `sync_worker.go` for the reasons.

use std::borrow::Cow;

use super::cluster_version::{ClusterVersion, HistoryEntry, UpdateState};
use super::condition::Condition;
use crate::model::time::Time;

/// Whether the cluster is being installed or updated.
#[derive(Clone, Copy)]
pub enum UpdatePhase<'s> {
    /// The installation has not finished.
    Installing(HistoryEntry<'s>),
    /// An update runs.
    Updating {
        /// The newest entry of the history.
        to: HistoryEntry<'s>,
        /// The last version that was completed.
        from: HistoryEntry<'s>,
        /// Whether it started before the previous update was complete.
        over_partial: bool,
    },
    /// The newest entry is complete.
    Completed(HistoryEntry<'s>),
}

impl<'s> UpdatePhase<'s> {
    /// The phase according to the history; None if the history is empty.
    pub fn of(version: ClusterVersion<'s>) -> Option<Self> {
        let mut history = version.history();
        let newest = history.next()?;
        if newest.state() == UpdateState::Completed {
            return Some(Self::Completed(newest));
        }
        let rest: Vec<_> = history.collect();
        let over_partial = rest.first().is_some_and(|entry| entry.state() == UpdateState::Partial);
        Some(match rest.into_iter().find(|entry| entry.state() == UpdateState::Completed) {
            Some(from) => Self::Updating { to: newest, from, over_partial },
            None => Self::Installing(newest),
        })
    }

    /// When the update or installation started; None if neither runs.
    pub fn started(self) -> Option<Time> {
        match self {
            Self::Installing(entry) | Self::Updating { to: entry, .. } => entry.started(),
            Self::Completed(_) => None,
        }
    }

    /// The newest entry of the history.
    pub fn newest(self) -> HistoryEntry<'s> {
        match self {
            Self::Installing(entry) | Self::Updating { to: entry, .. } | Self::Completed(entry) => {
                entry
            }
        }
    }

    /// Whether an update runs.
    pub fn is_updating(self) -> bool {
        matches!(self, Self::Updating { .. })
    }

    /// Whether the installation has not finished.
    pub fn is_installing(self) -> bool {
        matches!(self, Self::Installing(_))
    }

    /// The last version that was completed; None while installing.
    pub fn completed(self) -> Option<HistoryEntry<'s>> {
        match self {
            Self::Installing(_) => None,
            Self::Updating { from, .. } => Some(from),
            Self::Completed(entry) => Some(entry),
        }
    }
}

/// One failure that the cluster-version operator reports in the condition `Failing`.
#[derive(Clone)]
pub struct UpdateFailure<'s> {
    /// The condition.
    pub condition: Condition<'s>,
    /// The reason, singular: `ClusterOperatorsNotAvailable` is `ClusterOperatorNotAvailable`.
    pub reason: Cow<'s, str>,
    /// The part of the message about this failure.
    pub message: String,
}

/// The failures in the condition `Failing`, one per line if there are several. None if the
/// condition is missing or False.
pub fn update_failures(version: ClusterVersion<'_>) -> Vec<UpdateFailure<'_>> {
    let Some(condition) = version.condition("Failing").filter(|c| !c.is_false()) else {
        return Vec::new();
    };
    let (reason, message) = (condition.reason(), condition.message());
    if reason != "MultipleErrors" {
        let reason = singular(reason);
        return vec![UpdateFailure { condition, reason, message: message.into_owned() }];
    }
    message
        .split("\n* ")
        .skip(1)
        .map(|line| UpdateFailure {
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

/// The reason for one line of a `MultipleErrors` message, which does not contain it.
/// Source: cluster-version-operator `pkg/payload/task.go`, `pkg/cvo/internal/operatorstatus.go`,
/// `lib/resourcebuilder/apps.go`.
fn reason_of(line: &str) -> &'static str {
    const OPERATOR_REASONS: [(&str, &str); 4] = [
        ("degraded", "ClusterOperatorDegraded"),
        ("updating", "ClusterOperatorUpdating"),
        ("declare expected versions", "ClusterOperatorNoVersions"),
        ("reporting a failure", "ClusterOperatorDegraded"),
    ];
    const RESOURCE_REASONS: [(&str, &str); 9] = [
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
    let line = line.trim();
    let find_reason = |reasons: &[(&str, &'static str)]| {
        reasons.iter().find(|(text, _)| line.contains(text)).map(|(_, reason)| *reason)
    };
    // Lines about Deployments contain "is not available" as well, so the beginning of the line
    // decides first.
    if line.starts_with("Cluster operator") {
        return find_reason(&OPERATOR_REASONS).unwrap_or("ClusterOperatorNotAvailable");
    }
    match line.split_once(' ') {
        Some(("deployment" | "daemonset", rest))
            if rest.contains("replica failure") || rest.contains("Progressing=False") =>
        {
            "WorkloadNotProgressing"
        }
        Some(("deployment" | "daemonset", _)) => "WorkloadNotAvailable",
        _ => find_reason(&RESOURCE_REASONS).unwrap_or("UpdatePayloadFailed"),
    }
}

#[cfg(test)]
mod tests {
    use super::reason_of;

    #[test]
    fn a_line_of_several_errors_gets_the_reason_of_a_single_error() {
        let cases = [
            ("Cluster operators etcd, dns are not available", "ClusterOperatorNotAvailable"),
            ("Cluster operator etcd has not yet reported success", "ClusterOperatorNotAvailable"),
            ("Cluster operator etcd is degraded", "ClusterOperatorDegraded"),
            ("Cluster operator etcd is updating versions", "ClusterOperatorUpdating"),
            ("Cluster operator x does not declare expected versions", "ClusterOperatorNoVersions"),
            (
                "deployment openshift-dns-operator/dns-operator is not available \
                 MinimumReplicasUnavailable (x) or progressing ProgressDeadlineExceeded (y)",
                "WorkloadNotAvailable",
            ),
            (
                "deployment openshift-dns-operator/dns-operator has a replica failure \
                 FailedCreate: x",
                "WorkloadNotProgressing",
            ),
            (
                "Could not update oauthclient \"console\" (439 of 825): the server does not \
                 recognize this resource, check extension API servers",
                "UpdatePayloadResourceTypeMissing",
            ),
            ("Could not update namespace \"x\" (4 of 825)", "UpdatePayloadFailed"),
        ];
        for (line, reason) in cases {
            assert_eq!(reason_of(line), reason, "{line}");
        }
    }
}
