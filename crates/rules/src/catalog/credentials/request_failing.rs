//! Credentials for the cloud that cannot be made.
//!
//! # Why it matters
//!
//! Each CredentialsRequest stands for the Secret with which one operator speaks to the cloud. While it
//! fails, the Secret is missing or old: storage, registry, routers or Machines stop working with the
//! cloud, some at once, some when the old credential expires.
//!
//! # What to do
//!
//! `InsufficientCloudCreds` and `CredentialsProvisionFailure` are about the root credential in
//! kube-system: it lacks permissions, has expired, or the cloud refused it. `MissingTargetNamespace`
//! ends when the namespace is there.
//!
//! # Blind spots
//!
//! In manual mode the operator makes nothing, and what its requests say is of another time.
//!
//! # References
//!
//! - openshift/cloud-credential-operator `pkg/apis/cloudcredential/v1/types_credentialsrequest.go`
//!   (`FailureConditionTypes`), `pkg/operator/credentialsrequest/status.go`

use std::collections::BTreeMap;

use mustknow_gather::kinds::{
    CREDENTIALS_REQUEST, CloudCredential, Condition, CredentialsRequest, OPERATOR_CLOUD_CREDENTIAL,
};
use mustknow_gather::resource::Resource;

use crate::catalog::prelude::*;
use crate::facts::{Patience, asked_to_go, count, excerpt, few};

/// What the operator itself waits, and once more.
const GRACE: Span = Span::minutes(10);
/// How many requests one finding shows.
const SHOWN: usize = 4;

pub(super) static META: Meta = Meta {
    id: "credentials/request-failing",
    title: "credentials for the cloud that cannot be made",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CREDENTIALS_REQUEST)],
    uses: &[Need::Kind(&OPERATOR_CLOUD_CREDENTIAL)],
};

/// The conditions that count as failures, the most telling first.
const FAILURES: [&str; 4] = [
    "InsufficientCloudCreds",
    "CredentialsProvisionFailure",
    "CredentialsDeprovisionFailure",
    "MissingTargetNamespace",
];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let settings = case.find::<CloudCredential<'_>>("", "cluster");
    let mode = settings.and_then(|it| it.resource().text(&["spec", "credentialsMode"]));
    if mode.as_deref() == Some("Manual") {
        return Verdict::NotApplicable("cloud credentials are made by hand here".to_owned());
    }
    let mut examined = 0;
    let mut failing: BTreeMap<&str, Vec<(&Resource, Condition<'_>)>> = BTreeMap::new();
    for request in case.all::<CredentialsRequest<'_>>() {
        let is_ignored = request.condition("Ignored").is_some_and(Condition::is_true);
        if is_ignored || asked_to_go(request.resource()).is_some() {
            continue;
        }
        examined += 1;
        let failure = FAILURES.into_iter().find_map(|name| {
            let condition = request.condition(name).filter(|it| it.is_true())?;
            let patience = Patience::of(case, condition.since(), GRACE);
            (patience != Patience::Young).then_some((name, condition))
        });
        if let Some((name, condition)) = failure {
            failing.entry(name).or_default().push((request.resource(), condition));
        }
    }
    let findings =
        failing.into_iter().filter_map(|(name, members)| finding(case, name, &members)).collect();
    Verdict::over(examined, findings, "no CredentialsRequest is for this platform")
}

fn finding(case: &Case<'_>, name: &str, members: &[(&Resource, Condition<'_>)]) -> Option<Finding> {
    let (first, condition) = members.first()?;
    let message = condition.message();
    let names: Vec<_> = members.iter().map(|(it, _)| it.name()).collect();
    let secrets: Vec<_> = members
        .iter()
        .filter_map(|(it, _)| Some(it.text(&["spec", "secretRef", "name"])?.into_owned()))
        .collect();
    let since = members.iter().filter_map(|(_, it)| it.since()).min();
    let subject = match members {
        [_] => Subject::of(first),
        _ => Subject::cluster("CloudCredential", "cluster"),
    };
    let mut evidence = members
        .iter()
        .take(SHOWN)
        .map(|(it, condition)| Evidence::condition(it, *condition, excerpt(&condition.message())));
    let what = match members {
        [_] => format!("CredentialsRequest {} fails", few(&names)),
        _ => format!("{} fail ({})", count(members.len(), "CredentialsRequest"), few(&names)),
    };
    let finding =
        Finding::new(subject, format!("{what}, {name}: {}", excerpt(&message)), evidence.next()?)
            .since(since)
            .saying(secrets.join(" "))
            .saying(format!("{name}: {}: {message}", condition.reason()))
            .saying(names.join(" "))
            .evidence(evidence)
            .why("The operators they are for cannot speak to the cloud, or not for long any more.")
            .remedy(
                Remedy::new(advice(name))
                    .command(format!("oc get credentialsrequests -n {} -o yaml", first.namespace()))
                    .command("oc get cloudcredential cluster -o yaml")
                    .verify("oc get clusteroperator cloud-credential"),
            );
    Some(Patience::of(case, since, GRACE).weigh(finding, META.severity))
}

fn advice(name: &str) -> &'static str {
    match name {
        "InsufficientCloudCreds" => {
            "Give the root credential in kube-system the permissions it lacks."
        }
        "MissingTargetNamespace" => {
            "Look why the namespace of the Secret is missing: its operator makes it."
        }
        "CredentialsDeprovisionFailure" => {
            "Remove what is left in the cloud by hand where the message names it."
        }
        _ => {
            "Replace the root credential in kube-system where it has expired, and read the message."
        }
    }
}
