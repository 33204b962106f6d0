//! Network operator that cannot apply an object.
//!
//! If several objects fail, the operator reports only the last one. If several steps fail, it
//! reports the first one in its own order.
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/operconfig_controller.go`,
//!   `pkg/controller/clusterconfig/clusterconfig_controller.go` (reason `ApplyOperatorConfig`)
//! - <https://github.com/okd-project/okd/issues/1775>,
//!   <https://github.com/okd-project/okd/issues/1866>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .check(|cx| judge_network_failure(cx, &["ApplyOperatorConfig"], finding))
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    // The next attempt may succeed.
    .note_until(Span::minutes(5))
    .why(
        "The network operator applies all objects of the cluster network, one after the other. \
         While one of them is rejected, the operator keeps retrying and reports no new version, \
         and an update waits for it. The existing network keeps running.",
    )
    .fix(
        "The message ends with the answer of the API server: the object would not be valid \
         after the change, an admission webhook or a policy rejects it, its namespace does not \
         exist, or the API server could not be reached.",
    )
    .verify(&["oc get clusteroperator network"]);

fn finding(reported: &ConditionState<'_>) -> Finding {
    let object = refused(&reported.message);
    let answer = answer(&reported.message);
    let name = object.as_ref().map_or("its configuration".to_owned(), Subject::to_string);
    let show = object.as_ref().and_then(command);
    let subject = object.unwrap_or_else(|| Subject::cluster("Network", "cluster"));
    let summary = format!("the network operator cannot apply {name}: {}", excerpt(answer));
    let finding = reported.finding(subject, summary).action(action(answer));
    show.into_iter().fold(finding, Finding::run)
}

/// The object in `could not apply (apps/v1, Kind=DaemonSet) namespace/name: ...`.
fn refused(message: &str) -> Option<Subject> {
    let (kind, rest) = message.split_once("could not apply (")?.1.split_once(") ")?;
    let kind = kind.rsplit_once("Kind=").map_or(kind, |(_, kind)| kind).to_owned();
    let (namespace, name) = rest.split_once(": ")?.0.split_once('/')?;
    let (namespace, name) = (namespace.to_owned(), name.to_owned());
    Some(Subject { kind: kind.into(), namespace, name })
}

/// The answer of the API server: the end of the error chain.
fn answer(message: &str) -> &str {
    let own = message.split_once("could not apply (").map_or(message, |(_, rest)| rest);
    let answer = own.split_once(": ").map_or(own, |(_, answer)| answer);
    // The operator's own error repeats the object.
    match answer.split_once(": ") {
        Some((attempt, inner)) if attempt.starts_with("failed to apply") => inner,
        _ => answer,
    }
}

/// What to do by the answer; empty if it is not a known one.
fn action(answer: &str) -> &'static str {
    let mentions = |signs: &[&str]| signs.iter().any(|sign| answer.contains(sign));
    if mentions(&["failed calling webhook", "denied the request", "admission webhook"]) {
        "Fix the admission webhook or policy that rejects the object, or exclude the platform \
         namespaces from it."
    } else if mentions(&["namespaces \""]) && mentions(&["not found"]) {
        "Create the namespace of the object, or remove the additional network that refers to it \
         from Network cluster."
    } else if mentions(&["etcdserver", "refused", "i/o timeout", "deadline exceeded", "EOF"]) {
        "Check the API servers and etcd first: the request did not complete."
    } else if mentions(&["is invalid", "Invalid value", "Required value", "Duplicate value"]) {
        "Compare the object with the fields that the message calls invalid: fields set by another \
         client or left over from an older release remain when the operator merges its own fields."
    } else {
        ""
    }
}

/// The command that shows the object and who set its fields.
fn command(object: &Subject) -> Option<Command> {
    let Subject { kind, namespace, name } = object;
    let is_safe = [&**kind, name].into_iter().all(is_shell_safe)
        && (namespace.is_empty() || is_shell_safe(namespace));
    let template = if namespace.is_empty() {
        "oc get {kind} {object} -o yaml --show-managed-fields"
    } else {
        "oc get {kind} {object} -n {namespace} -o yaml --show-managed-fields"
    };
    let values = [("kind", &*kind.to_lowercase()), ("object", name), ("namespace", namespace)];
    is_safe.then(|| Command::new(template, &values))
}
