//! Something the console consists of that its operator cannot make.
//!
//! # Why it matters
//!
//! The console operator makes the console's configuration, Services, routes and Deployments one
//! after the other and stops at the first that fails: the console stays as it was, and the operator is
//! degraded.
//!
//! # What to do
//!
//! The message says which object and why: mostly a ConfigMap that the configuration names and that
//! is missing, as that of a logo, or an API that does not answer.
//!
//! # Blind spots
//!
//! The registration with the login server and the notice of an update are rules of their own. Less
//! than ten minutes are told as information only.
//!
//! # References
//!
//! - openshift/console-operator `pkg/console/operator/sync_v400.go`, `pkg/console/status/status.go`

use mustknow_gather::kinds::OPERATOR_CONSOLE;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, excerpt, few, is_managed};

/// How long an API may be away.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "console";

/// Conditions, and what fails when they are bad.
const PARTS: [(&str, &str); 17] = [
    ("SyncLoopRefreshDegraded", "its route"),
    ("CustomLogoSyncDegraded", "the custom logo"),
    ("ConfigMapSyncDegraded", "its configuration"),
    ("ServiceCASyncDegraded", "the authority of Services"),
    ("TrustedCASyncDegraded", "the trusted authorities"),
    ("DefaultIngressCertValidationDegraded", "the certificate of the routers"),
    ("OAuthServingCertValidationDegraded", "the certificate of the login"),
    ("DeploymentSyncDegraded", "Deployment console"),
    ("DownloadsDeploymentSyncDegraded", "Deployment downloads"),
    ("ServiceSyncDegraded", "its Service"),
    ("RedirectServiceSyncDegraded", "the Service that redirects"),
    ("ConsoleDefaultRouteSyncDegraded", "its default route"),
    ("ConsoleCustomRouteSyncDegraded", "its custom route"),
    ("DownloadsDefaultRouteSyncDegraded", "the default route of downloads"),
    ("DownloadsCustomRouteSyncDegraded", "the custom route of downloads"),
    ("OCDownloadsSyncDegraded", "the links to downloads"),
    ("PDBSyncDegraded", "its PodDisruptionBudget"),
];

pub(super) static META: Meta = Meta {
    id: "console/resources-not-synced",
    title: "something the console consists of that its operator cannot make",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_CONSOLE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if !is_managed(case, &OPERATOR_CONSOLE) {
        return Verdict::NotApplicable("the console is not managed".to_owned());
    }
    let reports =
        PARTS.map(|(name, part)| (part, Report::of(case, &OPERATOR_CONSOLE, OPERATOR, name)));
    if reports.iter().all(|(_, report)| report.has_no_source()) {
        return Verdict::Unknown(Report::gap(&OPERATOR_CONSOLE, OPERATOR));
    }
    let bad: Vec<_> =
        reports.into_iter().filter_map(|(part, report)| Some((part, report.bad()?))).collect();
    Verdict::over(PARTS.len(), finding(case, &bad).into_iter().collect(), "")
}

fn finding(case: &Case<'_>, bad: &[(&str, Reported<'_>)]) -> Option<Finding> {
    let ((_, first), rest) = bad.split_first()?;
    let parts: Vec<_> = bad.iter().map(|(part, _)| *part).collect();
    let since = bad.iter().filter_map(|(_, reported)| reported.since()).min();
    let finding = first
        .finding(
            Subject::cluster("Console", "cluster"),
            format!(
                "the console operator cannot make {}: {}",
                few(&parts),
                excerpt(&first.message)
            ),
        )
        .severity(Patience::of(case, since, GRACE).severity(META.severity))
        .since(since)
        .evidence(rest.iter().map(|(_, reported)| reported.evidence(excerpt(&reported.message))))
        .why("The console stays as it was, and its operator is degraded; an update waits for that.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), first.message.clone())
        .remedy(
            Remedy::new("Mend what the message names.")
                .command("oc get consoles.operator.openshift.io cluster -o yaml")
                .command(
                    "oc logs -n openshift-console-operator deployment/console-operator --tail=200",
                )
                .verify("oc get clusteroperator console"),
        );
    Some(rest.iter().fold(finding, |finding, (_, reported)| finding.saying(reported.words())))
}
