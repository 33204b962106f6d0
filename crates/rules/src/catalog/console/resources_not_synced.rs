//! Console resources that cannot be synced.
//!
//! The OAuthClient and the update notification are reported by other rules. A condition that has
//! lasted for less than ten minutes is reported as informational only.
//!
//! - openshift/console-operator `pkg/console/operator/sync_v400.go`, `pkg/console/status/status.go`

use crate::catalog::prelude::*;

/// How long an API may be unavailable.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "console";

/// Condition types, and the part that fails when the condition is bad.
const PARTS: [(&str, &str); 17] = [
    ("SyncLoopRefreshDegraded", "its route"),
    ("CustomLogoSyncDegraded", "the custom logo"),
    ("ConfigMapSyncDegraded", "its configuration"),
    ("ServiceCASyncDegraded", "the service CA"),
    ("TrustedCASyncDegraded", "the trusted CA bundle"),
    ("DefaultIngressCertValidationDegraded", "the router certificate"),
    ("OAuthServingCertValidationDegraded", "the OAuth server certificate"),
    ("DeploymentSyncDegraded", "Deployment console"),
    ("DownloadsDeploymentSyncDegraded", "Deployment downloads"),
    ("ServiceSyncDegraded", "its Service"),
    ("RedirectServiceSyncDegraded", "the redirect Service"),
    ("ConsoleDefaultRouteSyncDegraded", "its default route"),
    ("ConsoleCustomRouteSyncDegraded", "its custom route"),
    ("DownloadsDefaultRouteSyncDegraded", "the default route of downloads"),
    ("DownloadsCustomRouteSyncDegraded", "the custom route of downloads"),
    ("OCDownloadsSyncDegraded", "the download links"),
    ("PDBSyncDegraded", "its PodDisruptionBudget"),
];

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_CONSOLE)])
    .check(check)
    .why(
        "The console operator creates the configuration, Services, routes and Deployments of \
         the console one after another and stops at the first failure. The console remains \
         unchanged, and the operator is degraded.",
    )
    .fix(
        "The message shows the object and the reason. In most cases a ConfigMap that the \
         configuration references is missing, such as the ConfigMap of a custom logo, or an API \
         does not answer.",
    )
    .run(&[
        "oc get consoles.operator.openshift.io cluster -o yaml",
        "oc logs -n openshift-console-operator deployment/console-operator --tail=200",
    ])
    .verify(&["oc get clusteroperator console"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    if !is_managed(cx, &OPERATOR_CONSOLE) {
        return Err(not_applicable("the console is not managed"));
    }
    let reports = PARTS
        .map(|(name, part)| (part, ConditionReport::of(cx, &OPERATOR_CONSOLE, OPERATOR, name)));
    if reports.iter().all(|(_, report)| report.is_not_collected()) {
        return Err(NotJudged::from(ConditionReport::gap(&OPERATOR_CONSOLE, OPERATOR)));
    }
    let bad: Vec<_> =
        reports.into_iter().filter_map(|(part, report)| Some((part, report.bad()?))).collect();
    Ok(Checked::over(PARTS.len(), finding(cx, &bad).into_iter()))
}

fn finding(cx: &RuleContext<'_>, bad: &[(&str, ConditionState<'_>)]) -> Option<Finding> {
    let ((_, first), rest) = bad.split_first()?;
    let parts: Vec<_> = bad.iter().map(|(part, _)| *part).collect();
    let since = bad.iter().filter_map(|(_, reported)| reported.since()).min();
    let finding = first
        .finding(
            Subject::cluster("Console", "cluster"),
            format!(
                "console operator cannot sync {}: {}",
                name_list(&parts),
                excerpt(&first.message)
            ),
        )
        .severity(Persistence::of(cx, since, GRACE).severity(RULE.meta.severity))
        .since(since)
        .evidence(rest.iter().map(|(_, reported)| reported.evidence(excerpt(&reported.message))))
        .explains(Subject::cluster("ClusterOperator", OPERATOR), first.message.clone());
    Some(rest.iter().fold(finding, |finding, (_, reported)| finding.keywords(reported.keywords())))
}
