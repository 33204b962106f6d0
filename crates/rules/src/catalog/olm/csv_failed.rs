//! Failed or pending ClusterServiceVersion.
//!
//! Copied ClusterServiceVersions of an operator that is installed for all namespaces are ignored,
//! because they repeat the status of the original. For a version that repeatedly fails and
//! recovers, the time counts from its last success, as far as its conditions reach back.
//!
//! - operator-framework/api `pkg/operators/v1alpha1/clusterserviceversion_types.go`
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/olm/operator.go`

use super::package_server_down;
use crate::catalog::prelude::*;

/// How long an operator's Deployment may take to become ready, including the image pull.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&CLUSTER_SERVICE_VERSION)])
    .check(check)
    .why(
        "The operator is not running, or an older version is running. The resources that it \
         manages are not reconciled, and its APIs and webhooks may not respond.",
    )
    .fix(
        "It depends on the reason, which the finding shows: a missing requirement, a Deployment \
         that does not become ready, or unsuitable OperatorGroups. Deleting the \
         ClusterServiceVersion and the Subscription and installing the operator again is the \
         last resort.",
    );

/// Transient phases.
const PASSING: [&str; 4] = ["Pending", "InstallReady", "Installing", "Unknown"];
/// Reasons that all ClusterServiceVersions of a namespace have in common.
const OF_GROUPS: [&str; 3] =
    ["NoOperatorGroup", "TooManyOperatorGroups", "UnsupportedOperatorGroup"];

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for version in cx.all::<ClusterServiceVersion<'_>>() {
        let resource = version.resource();
        if is_copied(resource) || package_server_down::is_it(resource) {
            continue;
        }
        examined += 1;
        let phase = resource.text(&["status", "phase"]).unwrap_or_default();
        let is_bad = phase == "Failed" || PASSING.contains(&&*phase);
        let persistence = Persistence::of(cx, fault_since(resource), GRACE);
        if is_bad
            && persistence != Persistence::WithinGrace
            && deletion_requested_at(resource).is_none()
        {
            findings.push(finding(cx, resource, &phase, persistence));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn is_copied(resource: &Resource) -> bool {
    resource.label("olm.copiedFrom").is_some()
        || resource.text(&["status", "reason"]).as_deref() == Some("Copied")
}

/// Since when it has not been installed. Its conditions are the phases it went through.
fn fault_since(resource: &Resource) -> Option<Time> {
    let mut fault_since = None;
    for passed in resource.at(&["status", "conditions"]).into_iter().flat_map(Value::items) {
        if passed.text_at(&["phase"]).as_deref() == Some("Succeeded") {
            fault_since = None;
        } else if fault_since.is_none() {
            fault_since = passed.text_at(&["lastTransitionTime"]).and_then(|at| rfc3339(&at));
        }
    }
    fault_since
        .or_else(|| resource.time(&["status", "lastTransitionTime"]))
        .or_else(|| resource.created())
}

fn finding(
    cx: &RuleContext<'_>,
    resource: &Resource,
    phase: &str,
    persistence: Persistence,
) -> Finding {
    let text = |field: &str| resource.text(&["status", field]).unwrap_or_default();
    let (reason, message) = (text("reason"), text("message"));
    let (namespace, name) = (resource.namespace(), resource.name());
    let lacks = lacks(resource);
    let lacking = match lacks.as_slice() {
        [] => String::new(),
        names => format!(" (missing: {})", name_list(names)),
    };
    // The running version requests not to be replaced. It is not broken.
    let waits = reason == "OperatorConditionNotUpgradeable";
    let usual = if waits { Info } else { RULE.meta.severity };
    let subject = Subject::of(resource);
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} is {phase}, {reason}: {}{lacking}", excerpt(&message)),
        Evidence::field(resource, &["status", "phase"], format!("{phase}: {reason}")),
    )
    .since(fault_since(resource))
    .keywords(format!("{reason}: {message}"))
    .keywords(lacks.join("\n"))
    .fix(advice(&reason))
    .run(format!("oc describe clusterserviceversion -n {namespace} {name}"))
    .run(format!("oc get deployments,pods,operatorgroups -n {namespace}"))
    .verify(format!("oc get clusterserviceversion -n {namespace} {name}"));
    let finding = if resource.at(&["status", "message"]).is_some() {
        finding.evidence([Evidence::field(resource, &["status", "message"], excerpt(&message))])
    } else {
        finding
    };
    let finding = if OF_GROUPS.contains(&&*reason) {
        finding.group_by(GroupKey::Namespace, namespace)
    } else {
        finding
    };
    persistence.apply(finding, severity_in(cx, namespace, usual))
}

/// The requirements that are not met, as kind and name.
fn lacks(resource: &Resource) -> Vec<String> {
    let all = resource.at(&["status", "requirementStatus"]).into_iter().flat_map(Value::items);
    let is_lacking = |it: &Value<'_>| {
        matches!(it.text_at(&["status"]).as_deref(), Some("NotPresent" | "PresentNotSatisfied"))
    };
    let named = |it: Value<'_>| {
        let text = |field: &str| it.text_at(&[field]).unwrap_or_default();
        format!("{}/{}", text("kind"), text("name"))
    };
    all.filter(is_lacking).map(named).collect()
}

fn advice(reason: &str) -> &'static str {
    match reason {
        "RequirementsNotMet" | "RequirementsUnknown" => {
            "Create the missing requirement: the CustomResourceDefinition, the ServiceAccount or \
             the permission."
        }
        "NoOperatorGroup" => "Create one OperatorGroup in the namespace.",
        "TooManyOperatorGroups" => "Keep only one OperatorGroup in the namespace.",
        "UnsupportedOperatorGroup" | "InterOperatorGroupOwnerConflict" => {
            "Set target namespaces in the OperatorGroup that the operator supports and that no \
             other operator with the same APIs watches."
        }
        "OperatorConditionNotUpgradeable" => {
            "Check the operator's OperatorCondition. It shows why the running version must not be \
             replaced now."
        }
        "InstallCheckFailed" | "ComponentUnhealthy" | "InstallWaiting" => {
            "Check the operator's Deployments and their pods, which do not become ready."
        }
        _ => "Fix the reported problem. The Operator Lifecycle Manager retries automatically.",
    }
}
