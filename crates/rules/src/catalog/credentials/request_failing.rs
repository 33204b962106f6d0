//! Failing CredentialsRequest.
//!
//! In manual mode the operator creates no credentials, and the conditions of its requests are
//! outdated.
//!
//! - openshift/cloud-credential-operator `pkg/apis/cloudcredential/v1/types_credentialsrequest.go`
//!   (`FailureConditionTypes`, `AnnotationCredentialsRequest`),
//!   `pkg/operator/credentialsrequest/status.go`

use crate::catalog::prelude::*;

/// The time that the operator itself waits, plus one more interval.
const GRACE: Span = Span::minutes(10);
/// The conditions that count as failures, the most specific first, and what to do about each.
const FAILURES: [(&str, &str); 4] = [
    (
        "InsufficientCloudCreds",
        "Grant the missing permissions to the root credential in kube-system.",
    ),
    (
        "CredentialsProvisionFailure",
        "Check the message, and replace the root credential in kube-system if it has expired.",
    ),
    (
        "CredentialsDeprovisionFailure",
        "Manually remove the remaining cloud resources that the message names.",
    ),
    (
        "MissingTargetNamespace",
        "Check why the namespace of the Secret is missing: its operator creates it.",
    ),
];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .needs(&[Need::Kind(&CREDENTIALS_REQUEST)])
    .reads(&[Need::Kind(&OPERATOR_CLOUD_CREDENTIAL), Need::Kind(&SECRET)])
    .grace(GRACE)
    .even_while_installing("wrong cloud credentials do not correct themselves")
    .why(
        "Each CredentialsRequest creates the Secret that one operator uses to access the cloud \
         API. While it fails, the Secret is missing or outdated: storage, registry, routers or \
         Machines lose access to the cloud, some immediately, some when the old credential \
         expires.",
    )
    .fix(
        "Check the message: the root credential in kube-system is missing permissions, has \
         expired, or was rejected by the cloud, or the namespace of the Secret is missing.",
    )
    .run(&[
        "oc get credentialsrequests -n openshift-cloud-credential-operator -o yaml",
        "oc get cloudcredential cluster -o yaml",
    ])
    .verify(&["oc get clusteroperator cloud-credential"]);

/// A request, and the condition that reports its failure.
type Failure<'s> = (&'s Resource, Condition<'s>);

fn check(cx: &RuleContext<'_>) -> Judged {
    let settings = cx.find::<CloudCredential<'_>>("", "cluster");
    let mode = settings.and_then(|it| it.resource().text(&["spec", "credentialsMode"]));
    if mode.as_deref() == Some("Manual") {
        return Err(not_applicable("cloud credentials are managed manually"));
    }
    let requests = cx.all::<CredentialsRequest<'_>>().filter(|request| {
        let is_ignored = request.condition("Ignored").is_some_and(Condition::is_true);
        !is_ignored && deletion_requested_at(request.resource()).is_none()
    });
    let requests: Vec<_> = requests.collect();
    let mut failing: BTreeMap<_, Vec<Failure<'_>>> = BTreeMap::new();
    for request in &requests {
        let failure = FAILURES.into_iter().find_map(|failure| {
            let condition = request.condition(failure.0).filter(|it| it.is_true())?;
            // The namespaces of operators are created in the course of an installation.
            let is_early = failure.0 == "MissingTargetNamespace" && is_installing(cx);
            let limit = if is_early { INSTALLATION } else { GRACE };
            let counts = Persistence::of(cx, condition.since(), limit).counts();
            counts.then_some((failure, condition))
        });
        if let Some((failure, condition)) = failure {
            failing.entry(failure).or_default().push((request.resource(), condition));
        }
    }
    let findings = failing.iter().filter_map(|(failure, members)| finding(cx, *failure, members));
    Ok(Checked::over(requests.len(), findings))
}

fn finding(
    cx: &RuleContext<'_>,
    (name, action): (&str, &str),
    members: &[Failure<'_>],
) -> Option<Finding> {
    let (first, condition) = members.first()?;
    let names: Vec<_> = members.iter().map(|(it, _)| it.name()).collect();
    let secret = |it: &Resource| Some(it.text(&["spec", "secretRef", "name"])?.into_owned());
    let secrets: Vec<_> = members.iter().filter_map(|(it, _)| secret(it)).collect();
    let list = name_list(&names);
    let (subject, what) = if members.len() == 1 {
        (Subject::of(first), format!("CredentialsRequest {list} fails"))
    } else {
        let count = pluralize(members.len(), "CredentialsRequest");
        (Subject::cluster("CloudCredential", "cluster"), format!("{count} fail ({list})"))
    };
    let message = condition.message();
    let mut evidence = members
        .iter()
        .take(4)
        .map(|(it, condition)| Evidence::condition(it, *condition, excerpt(&condition.message())));
    let summary = format!("{what}, {name}: {}", excerpt(&message));
    let finding = Finding::new(subject, summary, evidence.next()?)
        .since(members.iter().filter_map(|(_, it)| it.since()).min())
        .keywords(secrets.join(" "))
        .keywords(format!("{name}: {}: {message}", condition.reason()))
        .keywords(names.join(" "))
        .evidence(evidence);
    let foreign = members.iter().find_map(|(request, _)| foreign_secret(cx, request));
    Some(match foreign.filter(|_| name == "CredentialsProvisionFailure") {
        Some(secret) => replaced(finding, secret),
        None => finding.action(action),
    })
}

/// The Secret of a request, if the operator did not write it: it marks each of its own.
fn foreign_secret<'s>(cx: &RuleContext<'s>, request: &Resource) -> Option<&'s Resource> {
    let text = |field| request.text(&["spec", "secretRef", field]);
    let secret = cx.find::<Secret<'_>>(&text("namespace")?, &text("name")?)?.resource();
    let mark = "cloudcredential.openshift.io/credentials-request";
    secret.annotation(mark).is_none().then_some(secret)
}

/// The finding if the operator's Secret was replaced by hand.
fn replaced(mut finding: Finding, secret: &Resource) -> Finding {
    let (namespace, name) = (secret.namespace(), secret.name());
    let made = format!("; Secret {namespace}/{name} was not written by the operator");
    finding.summary.push_str(&made);
    finding
        .evidence([Evidence::field(
            secret,
            &["metadata"],
            "without the annotation of the cloud-credential operator: made by hand",
        )])
        .with("secret", name)
        .with("secret_namespace", namespace)
        .action(
            "The Secret was replaced by hand, so its keys are not those that the operator knows. \
             Delete it: the operator creates new keys and writes the Secret again. If the user of \
             the cloud already has as many access keys as allowed, delete an unused one first.",
        )
        .run("oc delete secret -n {secret_namespace} {secret}")
}
