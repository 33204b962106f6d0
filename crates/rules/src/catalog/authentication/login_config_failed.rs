//! OAuth server configuration that cannot be synced.
//!
//! A condition that has lasted for less than ten minutes is reported as informational only.
//! Identity providers are reported by `authentication/identity-provider-invalid`.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/payload/payload_config_controller.go` (`OAuthConfigDegraded`,
//!   `OAuthSessionSecretDegraded`), `pkg/controllers/metadata`, `pkg/controllers/serviceca`

use crate::catalog::prelude::*;

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

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION)])
    .check(check)
    .why(
        "The authentication operator creates the configuration, the session Secret and the \
         trusted CA ConfigMaps of the OAuth server. While one of these fails, the server \
         continues with its previous configuration, or is not deployed at all.",
    )
    .fix(
        "The message shows what could not be read or written: an override that is not valid, an \
         object that another component changes, or an API that does not answer.",
    )
    .run(&[
        "oc get authentications.operator.openshift.io cluster -o yaml",
        "oc logs -n openshift-authentication-operator deployment/authentication-operator \
             --tail=200",
    ])
    .verify(&["oc get clusteroperator authentication"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let reports = PARTS.map(|(name, part)| {
        (part, ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, OPERATOR, name))
    });
    if reports.iter().all(|(_, report)| report.is_not_collected()) {
        return Err(NotJudged::from(ConditionReport::gap(&OPERATOR_AUTHENTICATION, OPERATOR)));
    }
    let is_of_provider = |message: &str| {
        message.contains("failed to apply IDP ") || message.contains("error validating ")
    };
    let bad: Vec<_> = reports
        .into_iter()
        .filter_map(|(part, report)| Some((part, report.bad()?)))
        .filter(|(_, reported)| !is_of_provider(&reported.message))
        .collect();
    Ok(Checked::over(PARTS.len(), finding(cx, &bad).into_iter()))
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
        .severity(Persistence::of(cx, since, GRACE).severity(RULE.meta.severity))
        .since(since)
        .evidence(rest.iter().map(|(_, reported)| reported.evidence(excerpt(&reported.message))));
    let operator = Subject::cluster("ClusterOperator", OPERATOR);
    let finding = finding.explains(operator, first.message.clone());
    Some(rest.iter().fold(finding, |finding, (_, reported)| finding.keywords(reported.keywords())))
}
