//! OAuth server configuration that cannot be synced.
//!
//! # Why it matters
//!
//! The authentication operator creates the configuration, the session Secret and the trusted CA
//! ConfigMaps of the OAuth server. While one of these fails, the server continues with its previous
//! configuration, or is not deployed at all.
//!
//! # What to do
//!
//! The message shows what could not be read or written: an override that is not valid, an object
//! that another component changes, or an API that does not answer.
//!
//! # Blind spots
//!
//! A condition that has lasted for less than ten minutes is reported as informational only.
//! Identity providers are reported by `authentication/identity-provider-invalid`.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/payload/payload_config_controller.go` (`OAuthConfigDegraded`,
//!   `OAuthSessionSecretDegraded`), `pkg/controllers/metadata`, `pkg/controllers/serviceca`

use mustknow_cluster::model::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt, name_list};
use crate::signals::{ConditionReport, ConditionState};

/// How long an API may be unavailable.
const GRACE: Span = Span::minutes(10);
const OPERATOR: &str = "authentication";

/// Condition types, and the part that fails when the condition is bad.
const PARTS: [(&str, &str); 5] = [
    ("OAuthConfigDegraded", "its configuration"),
    ("OAuthSessionSecretDegraded", "Secret v4-0-config-system-session"),
    ("OAuthSystemMetadataDegraded", "its metadata"),
    ("SystemServiceCAConfigDegraded", "the CA of its serving certificate"),
    ("OAuthServerConfigObservationDegraded", "settings observed from other configuration"),
];

pub(super) static META: Meta = Meta {
    id: "authentication/login-config-failed",
    title: "OAuth server configuration that cannot be synced",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let reports = PARTS.map(|(name, part)| {
        (part, ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, OPERATOR, name))
    });
    if reports.iter().all(|(_, report)| report.is_not_collected()) {
        return Verdict::Unknown(ConditionReport::gap(&OPERATOR_AUTHENTICATION, OPERATOR));
    }
    let is_of_provider = |message: &str| {
        message.contains("failed to apply IDP ") || message.contains("error validating ")
    };
    let bad: Vec<_> = reports
        .into_iter()
        .filter_map(|(part, report)| Some((part, report.bad()?)))
        .filter(|(_, reported)| !is_of_provider(&reported.message))
        .collect();
    Verdict::over(PARTS.len(), finding(cx, &bad).into_iter().collect(), "")
}

fn finding(cx: &RuleContext<'_>, bad: &[(&str, ConditionState<'_>)]) -> Option<Finding> {
    let ((_, first), rest) = bad.split_first()?;
    let parts: Vec<_> = bad.iter().map(|(part, _)| *part).collect();
    let since = bad.iter().filter_map(|(_, reported)| reported.since()).min();
    let finding = first
        .finding(
            Subject::namespaced("Deployment", "openshift-authentication", "oauth-openshift"),
            format!(
                "authentication operator cannot sync {} of the OAuth server: {}",
                name_list(&parts),
                excerpt(&first.message)
            ),
        )
        .severity(Persistence::of(cx, since, GRACE).severity(META.severity))
        .since(since)
        .evidence(rest.iter().map(|(_, reported)| reported.evidence(excerpt(&reported.message))))
        .why(
            "The OAuth server continues with its previous configuration, or is not deployed at \
             all.",
        )
        .remedy(
            Remedy::new("Fix the cause that the message shows.")
                .command("oc get authentications.operator.openshift.io cluster -o yaml")
                .command(
                    "oc logs -n openshift-authentication-operator \
                     deployment/authentication-operator --tail=200",
                )
                .verify("oc get clusteroperator authentication"),
        );
    let operator = Subject::cluster("ClusterOperator", OPERATOR);
    let finding = finding.explains(operator, first.message.clone());
    Some(rest.iter().fold(finding, |finding, (_, reported)| finding.keywords(reported.keywords())))
}
