//! Alerts that fired before the update started.
//!
//! If Prometheus was restarted during the update without persistent storage, the start times of its
//! alerts are lost.
//!
//! - openshift/oc `pkg/cli/admin/upgrade/status/alerts.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION), Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .why("These alerts were not caused by the current update, although they may block it.")
    .fix("Look for their cause outside the update.");

/// Alerts that report how a cluster is configured, or that an update is available.
const OF_NO_ACCOUNT: [&str; 5] = [
    "AlertmanagerReceiversNotConfigured",
    "ClusterNotUpgradeable",
    "InsightsDisabled",
    "TelemeterClientFailures",
    "UpdateAvailable",
];

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let update = UpdatePhase::of(version).filter(|update| update.is_updating());
    let Some(started) = update.and_then(UpdatePhase::started) else {
        return Err(not_applicable("no update is in progress"));
    };
    let Some(mut firing) = Alert::firing(cx) else { return Err(NotJudged::from(Alert::gap())) };
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
    let finding = Alert::finding(&firing, Subject::view(version), summary).map(|finding| finding);
    Ok(Checked::over(examined, finding.into_iter()))
}
