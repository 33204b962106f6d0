//! Settings of the login server that the operator cannot make.
//!
//! # Why it matters
//!
//! The authentication operator makes the login server's configuration, its session secret and the
//! ConfigMaps it trusts. While one of these fails the server goes on with what it has, or is not
//! deployed at all.
//!
//! # What to do
//!
//! The message says what could not be read or written: an override that does not fit, an object that
//! somebody else changes, or an API that does not answer.
//!
//! # Blind spots
//!
//! Less than ten minutes are told as information only. Identity providers are
//! `authentication/identity-provider-invalid`.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/payload/payload_config_controller.go` (`OAuthConfigDegraded`,
//!   `OAuthSessionSecretDegraded`), `pkg/controllers/metadata`, `pkg/controllers/serviceca`

use mustknow_gather::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, excerpt, few};

/// How long an API may be away.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "authentication";

/// Conditions, and what fails when they are bad.
const PARTS: [(&str, &str); 5] = [
    ("OAuthConfigDegraded", "its configuration"),
    ("OAuthSessionSecretDegraded", "Secret v4-0-config-system-session"),
    ("OAuthSystemMetadataDegraded", "its metadata"),
    ("SystemServiceCAConfigDegraded", "the authority of its serving certificate"),
    ("OAuthServerConfigObservationDegraded", "what it takes over from other configuration"),
];

pub(super) static META: Meta = Meta {
    id: "authentication/login-config-failed",
    title: "settings of the login server that the operator cannot make",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let reports = PARTS
        .map(|(name, part)| (part, Report::of(case, &OPERATOR_AUTHENTICATION, OPERATOR, name)));
    if reports.iter().all(|(_, report)| report.has_no_source()) {
        return Verdict::Unknown(Report::gap(&OPERATOR_AUTHENTICATION, OPERATOR));
    }
    let is_of_provider = |message: &str| {
        message.contains("failed to apply IDP ") || message.contains("error validating ")
    };
    let bad: Vec<_> = reports
        .into_iter()
        .filter_map(|(part, report)| Some((part, report.bad()?)))
        .filter(|(_, reported)| !is_of_provider(&reported.message))
        .collect();
    Verdict::over(PARTS.len(), finding(case, &bad).into_iter().collect(), "")
}

fn finding(case: &Case<'_>, bad: &[(&str, Reported<'_>)]) -> Option<Finding> {
    let ((_, first), rest) = bad.split_first()?;
    let parts: Vec<_> = bad.iter().map(|(part, _)| *part).collect();
    let since = bad.iter().filter_map(|(_, reported)| reported.since()).min();
    let finding = first
        .finding(
            Subject::namespaced("Deployment", "openshift-authentication", "oauth-openshift"),
            format!(
                "the operator cannot make {} for the login server: {}",
                few(&parts),
                excerpt(&first.message)
            ),
        )
        .severity(Patience::of(case, since, GRACE).severity(META.severity))
        .since(since)
        .evidence(rest.iter().map(|(_, reported)| reported.evidence(excerpt(&reported.message))))
        .why("The login server goes on with what it has, or is not deployed at all.")
        .remedy(
            Remedy::new("Mend what the message names.")
                .command("oc get authentications.operator.openshift.io cluster -o yaml")
                .command(
                    "oc logs -n openshift-authentication-operator \
                     deployment/authentication-operator --tail=200",
                )
                .verify("oc get clusteroperator authentication"),
        );
    let operator = Subject::cluster("ClusterOperator", OPERATOR);
    let finding = finding.explains(operator, first.message.clone());
    Some(rest.iter().fold(finding, |finding, (_, reported)| finding.saying(reported.words())))
}
