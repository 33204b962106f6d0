//! Alerts that fired before the update started.
//!
//! # Why it matters
//!
//! These alerts were not caused by the current update, although they may block it.
//!
//! # What to do
//!
//! Look for their cause outside the update.
//!
//! # Blind spots
//!
//! If Prometheus was restarted during the update without persistent storage, the start times of its
//! alerts are lost.
//!
//! # References
//!
//! - openshift/oc `pkg/cli/admin/upgrade/status/alerts.go`

use mustknow_cluster::model::kinds::CLUSTER_VERSION;
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::views::UpdatePhase;

use crate::catalog::prelude::*;
use crate::engine::evidence::seconds;
use crate::engine::{name_list, pluralize};
use crate::signals::Alert;

pub(super) static META: Meta = Meta {
    id: "monitoring/alerts-older-than-update",
    title: "alerts that fired before the update started",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION), Need::KnownFile(KnownFile::Alerts)],
    uses: &[],
};

/// Alerts that report how a cluster is configured, or that an update is available.
const OF_NO_ACCOUNT: [&str; 5] = [
    "AlertmanagerReceiversNotConfigured",
    "ClusterNotUpgradeable",
    "InsightsDisabled",
    "TelemeterClientFailures",
    "UpdateAvailable",
];

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(version) = cx.cluster_version() else {
        return Verdict::NotApplicable("no ClusterVersion/version in the archive".to_owned());
    };
    let update = UpdatePhase::of(version).filter(|update| update.is_updating());
    let Some(started) = update.and_then(UpdatePhase::started) else {
        return Verdict::NotApplicable("no update is in progress".to_owned());
    };
    let Some(mut firing) = Alert::firing(cx) else { return Verdict::Unknown(Alert::gap()) };
    let examined = firing.len().max(1);
    firing.retain(|alert| {
        matches!(alert.severity.as_str(), "critical" | "warning")
            && !OF_NO_ACCOUNT.contains(&alert.name.as_str())
            && alert.since.is_some_and(|since| since < started)
    });
    let mut names: Vec<_> = firing.iter().map(|alert| alert.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let summary = format!(
        "{} fired before the update started at {}: {}",
        pluralize(names.len(), "alert"),
        seconds(started),
        name_list(&names)
    );
    let finding = Alert::finding(&firing, Subject::view(version), summary).map(|finding| {
        finding
            .why("The update did not cause these alerts, although they may block it.")
            .remedy(Remedy::new("Look for their cause outside the update."))
    });
    Verdict::over(examined, finding.into_iter().collect(), "")
}
