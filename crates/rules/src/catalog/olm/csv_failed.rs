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

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .each(&[&CLUSTER_SERVICE_VERSION], judge)
    // An operator's Deployment may take that long to become ready, including the image pull.
    .grace(Span::minutes(15))
    .why(
        "The operator is not running, or an older version is running. The resources that it \
         manages are not reconciled, and its APIs and webhooks may not respond.",
    )
    .fix("Fix the reported problem. The Operator Lifecycle Manager retries automatically.")
    .run(&[
        "oc describe clusterserviceversion -n {namespace} {name}",
        "oc get deployments,pods,operatorgroups -n {namespace}",
    ])
    .verify(&["oc get clusterserviceversion -n {namespace} {name}"]);

fn judge(_: &RuleContext<'_>, resource: &Resource) -> Result<Option<Finding>, NotJudged> {
    let text = |field: &str| resource.text(&["status", field]).unwrap_or_default();
    let (phase, reason, message) = (text("phase"), text("reason"), text("message"));
    if resource.label("olm.copiedFrom").is_some() || reason == "Copied" {
        return Err(not_applicable("the ClusterServiceVersion is a copy"));
    }
    if package_server_down::is_it(resource) {
        return Err(not_applicable("the package server has its own rule"));
    }
    let is_installed =
        !matches!(&*phase, "Failed" | "Pending" | "InstallReady" | "Installing" | "Unknown");
    if is_installed || deletion_requested_at(resource).is_some() {
        return Ok(None);
    }
    let lacks = lacks(resource);
    let lacking = match lacks.as_slice() {
        [] => String::new(),
        names => format!(" (missing: {})", name_list(names)),
    };
    let subject = Subject::of(resource);
    let summary = format!("{subject} is {phase}, {reason}: {}{lacking}", excerpt(&message));
    let evidence = Evidence::field(resource, &["status", "phase"], format!("{phase}: {reason}"));
    let own_message = resource.at(&["status", "message"]);
    let finding = Finding::new(subject, summary, evidence)
        .since(fault_since(resource))
        .keywords(format!("{reason}: {message}"))
        .keywords(lacks.join("\n"))
        .action(action(&reason))
        .evidence(
            own_message
                .map(|_| Evidence::field(resource, &["status", "message"], excerpt(&message))),
        );
    Ok(Some(match &*reason {
        // The running version requests not to be replaced. It is not broken.
        "OperatorConditionNotUpgradeable" => finding.severity(Info),
        // All ClusterServiceVersions of the namespace have the same reason.
        "NoOperatorGroup" | "TooManyOperatorGroups" | "UnsupportedOperatorGroup" => {
            finding.group_by(GroupKey::Namespace, resource.namespace())
        }
        _ => finding,
    }))
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

fn action(reason: &str) -> &'static str {
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
        _ => "",
    }
}
