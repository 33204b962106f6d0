//! Alerts that fired before the update began.
//!
//! # Why it matters
//!
//! They were not caused by the update that runs, though they may be what holds it up.
//!
//! # What to do
//!
//! Look for their cause outside the update.
//!
//! # Blind spots
//!
//! A Prometheus that was restarted during the update without persistent storage has forgotten when its
//! alerts began.
//!
//! # References
//!
//! - openshift/oc `pkg/cli/admin/upgrade/status/alerts.go`

use mustknow_gather::kinds::CLUSTER_VERSION;
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::evidence::seconds;
use crate::facts::{Alert, Update, count, few};

pub(super) static META: Meta = Meta {
    id: "monitoring/alerts-older-than-update",
    title: "alerts that fired before the update began",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION), Need::Special(Special::Alerts)],
    uses: &[],
};

/// Alerts that say how a cluster is set up, or that an update is there to be had.
const OF_NO_ACCOUNT: [&str; 5] = [
    "AlertmanagerReceiversNotConfigured",
    "ClusterNotUpgradeable",
    "InsightsDisabled",
    "TelemeterClientFailures",
    "UpdateAvailable",
];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let update = Update::of(version).filter(|update| update.is_updating());
    let Some(started) = update.and_then(Update::started) else {
        return Verdict::NotApplicable("no update runs".to_owned());
    };
    let Some(mut firing) = Alert::firing(case) else { return Verdict::Unknown(Alert::gap()) };
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
        "{} fired before the update began at {}: {}",
        count(names.len(), "alert"),
        seconds(started),
        few(&names)
    );
    let finding = Alert::finding(&firing, Subject::view(version), summary).map(|finding| {
        finding
            .why("The update did not cause them, though they may be what holds it up.")
            .remedy(Remedy::new("Look for their cause outside the update."))
    });
    Verdict::over(examined, finding.into_iter().collect(), "")
}
