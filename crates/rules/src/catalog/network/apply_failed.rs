//! Network operator that cannot apply an object.
//!
//! If several objects fail, the operator reports only the last one. If several steps fail, it
//! reports the first one in its own order. Failures that have lasted less than 20 minutes get a
//! lower severity.
//!
//! - openshift/cluster-network-operator `pkg/controller/operconfig/operconfig_controller.go`,
//!   `pkg/controller/clusterconfig/clusterconfig_controller.go` (reason `ApplyOperatorConfig`)
//! - <https://github.com/okd-project/okd/issues/1775>,
//!   <https://github.com/okd-project/okd/issues/1866>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    .check(check)
    .why(
        "The network operator applies all objects of the cluster network, one after the other. \
         While one of them is rejected, the operator keeps retrying and reports no new version, \
         and an update waits for it. The existing network keeps running.",
    )
    .fix(
        "The message ends with the answer of the API server: the object would not be valid \
         after the change, an admission webhook or a policy rejects it, its namespace does not \
         exist, or the API server could not be reached.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    ConditionReport::of_network(cx, &["ApplyOperatorConfig"]).judge(
        &OPERATOR_NETWORK,
        "network",
        |reported| Some(finding(cx, &reported)),
    )
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let object = refused(&reported.message);
    let answer = answer(&reported.message);
    let (subject, name) = match &object {
        Some(object) => (object.clone(), object.to_string()),
        None => (Subject::cluster("Network", "cluster"), "its configuration".to_owned()),
    };
    reported
        .finding(subject, format!("the network operator cannot apply {name}: {}", excerpt(answer)))
        .severity(severity_by_age(cx, reported.since(), RULE.meta.severity))
        .explains(Subject::cluster("ClusterOperator", "network"), reported.reason.clone())
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

fn remedy(answer: &str, object: Option<&Subject>) -> Remedy {
    let mentions = |signs: &[&str]| signs.iter().any(|sign| answer.contains(sign));
    let advice = if mentions(&["failed calling webhook", "denied the request", "admission webhook"])
    {
        "Fix the admission webhook or policy that rejects the object, or exclude the platform \
         namespaces from it."
    } else if mentions(&["namespaces \""]) && mentions(&["not found"]) {
        "Create the namespace of the object, or remove the additional network that refers to it \
         from Network cluster."
    } else if mentions(&[
        "etcdserver",
        "connection refused",
        "i/o timeout",
        "deadline exceeded",
        "EOF",
    ]) {
        "Check the API servers and etcd first: the request did not complete."
    } else if mentions(&["is invalid", "Invalid value", "Required value", "Duplicate value"]) {
        "Compare the object with the fields that the message calls invalid: fields set by another \
         client or left over from an older release remain when the operator merges its own fields."
    } else {
        "Find out from the message why the API server rejects the object."
    };
    let show = object
        .filter(|object| [&*object.kind, &object.name].into_iter().all(is_shell_safe))
        .filter(|object| object.namespace.is_empty() || is_shell_safe(&object.namespace))
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
