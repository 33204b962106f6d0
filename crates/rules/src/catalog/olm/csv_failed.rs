//! An operator whose ClusterServiceVersion is not installed.
//!
//! # Why it matters
//!
//! The operator does not run, or runs in an older version: what it manages is looked after by
//! nobody, and its APIs and webhooks may not answer.
//!
//! # What to do
//!
//! It depends on the reason, which the finding names: a requirement that is missing, a Deployment
//! that does not become ready, or OperatorGroups that do not fit. To delete ClusterServiceVersion and
//! Subscription and to install anew is the last resort.
//!
//! # Blind spots
//!
//! Copies in the other namespaces of an operator for all namespaces are passed over, as they say
//! what the original says. A version that fails and recovers in turns counts from when it last
//! succeeded, as far as its conditions reach back.
//!
//! # References
//!
//! - operator-framework/api `pkg/operators/v1alpha1/clusterserviceversion_types.go`
//! - operator-framework/operator-lifecycle-manager `pkg/controller/operators/olm/operator.go`

use mustknow_gather::kinds::{CLUSTER_SERVICE_VERSION, ClusterServiceVersion};
use mustknow_gather::resource::Resource;
use mustknow_gather::time::{self, Time};
use mustknow_gather::yaml::Value;

use super::package_server_down;
use crate::catalog::prelude::*;
use crate::facts::{Patience, asked_to_go, excerpt, few, severity_in};

/// How long a Deployment of an operator may take to become ready, with its image still to pull.
const GRACE: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "olm/csv-failed",
    title: "an operator whose ClusterServiceVersion is not installed",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&CLUSTER_SERVICE_VERSION)],
    uses: &[],
};

/// Phases that end in another one.
const PASSING: [&str; 4] = ["Pending", "InstallReady", "Installing", "Unknown"];
/// Reasons that all ClusterServiceVersions of a namespace have in common.
const OF_GROUPS: [&str; 3] =
    ["NoOperatorGroup", "TooManyOperatorGroups", "UnsupportedOperatorGroup"];

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for version in case.all::<ClusterServiceVersion<'_>>() {
        let resource = version.resource();
        if is_copied(resource) || package_server_down::is_it(resource) {
            continue;
        }
        examined += 1;
        let phase = resource.text(&["status", "phase"]).unwrap_or_default();
        let is_bad = phase == "Failed" || PASSING.contains(&&*phase);
        let patience = Patience::of(case, onset(resource), GRACE);
        if is_bad && patience != Patience::Young && asked_to_go(resource).is_none() {
            findings.push(finding(case, resource, &phase, patience));
        }
    }
    Verdict::over(examined, findings, "no ClusterServiceVersion in the archive")
}

fn is_copied(resource: &Resource) -> bool {
    resource.label("olm.copiedFrom").is_some()
        || resource.text(&["status", "reason"]).as_deref() == Some("Copied")
}

/// Since when it is not installed: its conditions are the phases it went through.
fn onset(resource: &Resource) -> Option<Time> {
    let mut onset = None;
    for passed in resource.at(&["status", "conditions"]).into_iter().flat_map(Value::items) {
        if passed.text_at(&["phase"]).as_deref() == Some("Succeeded") {
            onset = None;
        } else if onset.is_none() {
            onset = passed.text_at(&["lastTransitionTime"]).and_then(|at| time::rfc3339(&at));
        }
    }
    onset
        .or_else(|| resource.time(&["status", "lastTransitionTime"]))
        .or_else(|| resource.created())
}

fn finding(case: &Case<'_>, resource: &Resource, phase: &str, patience: Patience) -> Finding {
    let text = |field: &str| resource.text(&["status", field]).unwrap_or_default();
    let (reason, message) = (text("reason"), text("message"));
    let (namespace, name) = (resource.namespace(), resource.name());
    let lacks = lacks(resource);
    let lacking = match lacks.as_slice() {
        [] => String::new(),
        names => format!(" (missing: {})", few(names)),
    };
    // The version that runs asks not to be replaced: it is not broken.
    let waits = reason == "OperatorConditionNotUpgradeable";
    let usual = if waits { Severity::Info } else { META.severity };
    let subject = Subject::of(resource);
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} is {phase}, {reason}: {}{lacking}", excerpt(&message)),
        Evidence::field(resource, &["status", "phase"], format!("{phase}: {reason}")),
    )
    .since(onset(resource))
    .saying(format!("{reason}: {message}"))
    .saying(lacks.join("\n"))
    .why("The operator is not installed in this version; it does not run, or an older one does.")
    .remedy(
        Remedy::new(advice(&reason))
            .command(format!("oc describe clusterserviceversion -n {namespace} {name}"))
            .command(format!("oc get deployments,pods,operatorgroups -n {namespace}"))
            .verify(format!("oc get clusterserviceversion -n {namespace} {name}")),
    );
    let finding = if resource.at(&["status", "message"]).is_some() {
        finding.evidence([Evidence::field(resource, &["status", "message"], excerpt(&message))])
    } else {
        finding
    };
    let finding = if OF_GROUPS.contains(&&*reason) {
        finding.shares(Common::Namespace, namespace)
    } else {
        finding
    };
    patience.weigh(finding, severity_in(case, namespace, usual))
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
            "Provide what is missing: the definition, the ServiceAccount or the permission that the \
             requirements name."
        }
        "NoOperatorGroup" => "Create one OperatorGroup in the namespace.",
        "TooManyOperatorGroups" => "Leave one OperatorGroup in the namespace.",
        "UnsupportedOperatorGroup" | "InterOperatorGroupOwnerConflict" => {
            "Give the OperatorGroup target namespaces that the operator supports and that no other \
             operator with the same APIs watches."
        }
        "OperatorConditionNotUpgradeable" => {
            "Read the operator's OperatorCondition: the version that runs says why it is not to be \
             replaced now."
        }
        "InstallCheckFailed" | "ComponentUnhealthy" | "InstallWaiting" => {
            "Look at the Deployments of the operator and their pods, which do not become ready."
        }
        _ => "Mend what the message names; the Operator Lifecycle Manager tries again by itself.",
    }
}
