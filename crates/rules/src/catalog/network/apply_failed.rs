//! An object that the network operator cannot apply.
//!
//! # Why it matters
//!
//! The operator applies everything the cluster network consists of, one object after the other.
//! While one of them is refused it goes on trying, reports no version, and an update waits for it.
//! The network that runs already goes on running.
//!
//! # What to do
//!
//! The message ends with what the API server answered: the object is not valid as it would be
//! after the change, a webhook or a policy refuses it, its namespace does not exist, or the API
//! server could not be reached.
//!
//! # Blind spots
//!
//! Of several objects that fail the operator names the last one only, and of several failures the
//! one that comes first in its own order. Failures younger than 20 minutes count less.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/operconfig_controller.go`,
//!   `pkg/controller/clusterconfig/clusterconfig_controller.go` (reason `ApplyOperatorConfig`)
//! - <https://github.com/okd-project/okd/issues/1775>,
//!   <https://github.com/okd-project/okd/issues/1866>

use std::borrow::Cow;

use mustknow_gather::kinds::OPERATOR_NETWORK;

use crate::catalog::prelude::*;
use crate::facts::{Report, Reported, excerpt, is_plain, urgency};

pub(super) static META: Meta = Meta {
    id: "network/apply-failed",
    title: "an object that the network operator cannot apply",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_NETWORK)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    Report::of_network(case, &["ApplyOperatorConfig"]).verdict(
        &OPERATOR_NETWORK,
        "network",
        |reported| Some(finding(case, &reported)),
    )
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let object = refused(&reported.message);
    let answer = answer(&reported.message);
    let (subject, name) = match &object {
        Some(object) => (object.clone(), object.to_string()),
        None => (Subject::cluster("Network", "cluster"), "its configuration".to_owned()),
    };
    reported
        .finding(subject, format!("the network operator cannot apply {name}: {}", excerpt(answer)))
        .severity(urgency(case, reported.since(), META.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
        .why(
            "The operator tries again and again and reports no new version meanwhile, so an update \
             waits. What was applied before goes on running.",
        )
        .remedy(remedy(answer, object.as_ref()))
}

/// The object in `could not apply (apps/v1, Kind=DaemonSet) namespace/name: ...`.
fn refused(message: &str) -> Option<Subject> {
    let (_, rest) = message.split_once("could not apply (")?;
    let (kind, rest) = rest.split_once(") ")?;
    let kind = kind.rsplit_once("Kind=").map_or(kind, |(_, kind)| kind);
    let (path, _) = rest.split_once(": ")?;
    let (namespace, name) = path.split_once('/')?;
    Some(Subject {
        kind: Cow::Owned(kind.to_owned()),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    })
}

/// What the API server answered: the end of the chain of errors.
fn answer(message: &str) -> &str {
    let own = message.split_once("could not apply (").map_or(message, |(_, rest)| rest);
    let answer = own.split_once(": ").map_or(own, |(_, answer)| answer);
    // The operator's own attempt names the object once more.
    match answer.split_once(": ") {
        Some((attempt, inner)) if attempt.starts_with("failed to apply") => inner,
        _ => answer,
    }
}

fn remedy(answer: &str, object: Option<&Subject>) -> Remedy {
    let says = |words: &[&str]| words.iter().any(|word| answer.contains(word));
    let advice = if says(&["failed calling webhook", "denied the request", "admission webhook"]) {
        "Mend the admission webhook or policy that refuses the object, or let it leave the \
         namespaces of the platform alone."
    } else if says(&["namespaces \""]) && says(&["not found"]) {
        "Create the namespace that the object is to be in, or take the additional network that \
         names it out of Network cluster."
    } else if says(&["etcdserver", "connection refused", "i/o timeout", "deadline exceeded", "EOF"])
    {
        "Look at the API servers and at etcd first: the request did not get through."
    } else if says(&["is invalid", "Invalid value", "Required value", "Duplicate value"]) {
        "Compare the object with what the message calls invalid: fields that somebody else set, \
         or that an older release left behind, stay when the operator merges its own into them."
    } else {
        "Find out from the message why the API server refuses the object."
    };
    let show = object
        .filter(|object| [&*object.kind, &object.name].into_iter().all(is_plain))
        .filter(|object| object.namespace.is_empty() || is_plain(&object.namespace))
        .map(|object| {
            let of = match object.namespace.as_str() {
                "" => String::new(),
                namespace => format!(" -n {namespace}"),
            };
            let kind = object.kind.to_lowercase();
            format!("oc get {kind} {}{of} -o yaml --show-managed-fields", object.name)
        });
    let remedy = Remedy::new(advice).verify("oc get clusteroperator network");
    show.into_iter().fold(remedy, Remedy::command)
}
