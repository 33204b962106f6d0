//! Alerts that fired before the update started.
//!
//! If Prometheus was restarted during the update without persistent storage, the start times of its
//! alerts are lost.
//!
//! - openshift/oc `pkg/cli/admin/upgrade/status/alerts.go`

use crate::catalog::prelude::*;

/// Alerts that report how a cluster is configured, or that an update is available.
const IRRELEVANT: [&str; 5] = [
    "AlertmanagerReceiversNotConfigured",
    "ClusterNotUpgradeable",
    "InsightsDisabled",
    "TelemeterClientFailures",
    "UpdateAvailable",
];

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION), Need::KnownFile(KnownFile::Alerts)])
    .check(check)
    .at_once("the age of the alerts is what it reports")
    .why("These alerts were not caused by the current update, although they may block it.")
    .fix("Look for their cause outside the update.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let version = cx.required::<ClusterVersion<'_>>("", "version")?;
    let update = UpdatePhase::of(version).filter(|update| update.is_updating());
    let Some(started) = update.and_then(UpdatePhase::started) else {
        return Err(not_applicable("no update is in progress"));
    };
    let mut firing = Alert::firing(cx).ok_or_else(Alert::gap)?;
    let examined = firing.len().max(1);
    firing.retain(|alert| {
        matches!(alert.severity.as_str(), "critical" | "warning")
            && !IRRELEVANT.contains(&alert.name.as_str())
            && alert.since.is_some_and(|since| since < started)
    });
    let names: BTreeSet<_> = firing.iter().map(|alert| alert.name.as_str()).collect();
    let names: Vec<_> = names.into_iter().collect();
    let summary = format!(
        "{} fired before the update started at {}: {}",
        pluralize(names.len(), "alert"),
        seconds(started),
        name_list(&names)
    );
    Ok(Checked::over(examined, Alert::finding(&firing, Subject::view(version), summary)))
}
