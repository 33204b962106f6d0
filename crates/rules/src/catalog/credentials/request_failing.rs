//! Failing CredentialsRequest.
//!
//! In manual mode the operator creates no credentials, and the conditions of its requests are
//! outdated.
//!
//! - openshift/cloud-credential-operator `pkg/apis/cloudcredential/v1/types_credentialsrequest.go`
//!   (`FailureConditionTypes`), `pkg/operator/credentialsrequest/status.go`

use crate::catalog::prelude::*;

/// The time that the operator itself waits, plus one more interval.
const GRACE: Span = Span::minutes(10);
/// How many requests one finding shows.
const SHOWN: usize = 4;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CREDENTIALS_REQUEST)])
    .reads(&[Need::Kind(&OPERATOR_CLOUD_CREDENTIAL)])
    .check(check)
    .why(
        "Each CredentialsRequest creates the Secret that one operator uses to access the cloud \
         API. While it fails, the Secret is missing or outdated: storage, registry, routers or \
         Machines lose access to the cloud, some immediately, some when the old credential \
         expires.",
    )
    .fix(
        "InsufficientCloudCreds and CredentialsProvisionFailure concern the root credential in \
         kube-system: it is missing permissions, has expired, or was rejected by the cloud. \
         MissingTargetNamespace is resolved when the namespace exists.",
    );

/// The conditions that count as failures, the most specific first.
const FAILURES: [&str; 4] = [
    "InsufficientCloudCreds",
    "CredentialsProvisionFailure",
    "CredentialsDeprovisionFailure",
    "MissingTargetNamespace",
];

fn check(cx: &RuleContext<'_>) -> Judged {
    let settings = cx.find::<CloudCredential<'_>>("", "cluster");
    let mode = settings.and_then(|it| it.resource().text(&["spec", "credentialsMode"]));
    if mode.as_deref() == Some("Manual") {
        return Err(not_applicable("cloud credentials are managed manually"));
    }
    let mut examined = 0;
    let mut failing: BTreeMap<&str, Vec<(&Resource, Condition<'_>)>> = BTreeMap::new();
    for request in cx.all::<CredentialsRequest<'_>>() {
        let is_ignored = request.condition("Ignored").is_some_and(Condition::is_true);
        if is_ignored || deletion_requested_at(request.resource()).is_some() {
            continue;
        }
        examined += 1;
        let failure = FAILURES.into_iter().find_map(|name| {
            let condition = request.condition(name).filter(|it| it.is_true())?;
            let persistence = Persistence::of(cx, condition.since(), GRACE);
            (persistence != Persistence::WithinGrace).then_some((name, condition))
        });
        if let Some((name, condition)) = failure {
            failing.entry(name).or_default().push((request.resource(), condition));
        }
    }
    let findings = failing.into_iter().filter_map(|(name, members)| finding(cx, name, &members));
    Ok(Checked::over(examined, findings))
}

fn finding(
    cx: &RuleContext<'_>,
    name: &str,
    members: &[(&Resource, Condition<'_>)],
) -> Option<Finding> {
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
        [_] => format!("CredentialsRequest {} fails", name_list(&names)),
        _ => format!(
            "{} fail ({})",
            pluralize(members.len(), "CredentialsRequest"),
            name_list(&names)
        ),
    };
    let finding =
        Finding::new(subject, format!("{what}, {name}: {}", excerpt(&message)), evidence.next()?)
            .since(since)
            .keywords(secrets.join(" "))
            .keywords(format!("{name}: {}: {message}", condition.reason()))
            .keywords(names.join(" "))
            .evidence(evidence)
            .fix(advice(name))
            .run(format!("oc get credentialsrequests -n {} -o yaml", first.namespace()))
            .run("oc get cloudcredential cluster -o yaml")
            .verify("oc get clusteroperator cloud-credential");
    Some(Persistence::of(cx, since, GRACE).apply(finding, RULE.meta.severity))
}

fn advice(name: &str) -> &'static str {
    match name {
        "InsufficientCloudCreds" => {
            "Grant the missing permissions to the root credential in kube-system."
        }
        "MissingTargetNamespace" => {
            "Check why the namespace of the Secret is missing: its operator creates it."
        }
        "CredentialsDeprovisionFailure" => {
            "Manually remove the remaining cloud resources that the message names."
        }
        _ => "Check the message, and replace the root credential in kube-system if it has expired.",
    }
}
