//! `Deployment` that cannot create pods (ReplicaFailure).
//!
//! Only Deployments report this in a condition. Rejections of the last half hour are also in events,
//! and `pods/creation-refused` reports them.
//!
//! - kubernetes/kubernetes `pkg/controller/replicaset/replica_set_utils.go` (`ReplicaFailure`)
//! - kubernetes/pod-security-admission `admission/admission.go` ("violates PodSecurity")
//! - openshift/apiserver-library-go `pkg/securitycontextconstraints/sccadmission/admission.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .each(&[&DEPLOYMENT], judge)
    .reads(&[Need::Kind(&EVENT)])
    // A quota, or a webhook that restarts, may block pods for a short time.
    .note_until(Span::minutes(5))
    .why(
        "The API server rejects the pods before they are created, so only the condition \
         ReplicaFailure shows the problem: a quota is exceeded, a security policy forbids the \
         pods, a webhook denies them or does not respond, or their ServiceAccount does not \
         exist.",
    )
    .fix("The message shows which component rejects the pods, and why. Fix that.")
    .run(&["oc describe deployment -n {namespace} {name}", "oc get events -n {namespace}"])
    .verify(&["oc rollout status deployment -n {namespace} {name}"]);

fn judge(cx: &RuleContext<'_>, deployment: &Resource) -> Result<Option<Finding>, NotJudged> {
    let failure = Condition::find(deployment, "ReplicaFailure")
        .filter(|it| it.is_true() && it.reason() != "FailedDelete")
        .filter(|_| !has_recent_event(cx, deployment));
    Ok(failure.map(|failure| finding(Workload::of(deployment), failure)))
}

/// Whether the rejection is so recent that its event shows more. `pods/creation-refused` covers it.
fn has_recent_event(cx: &RuleContext<'_>, deployment: &Resource) -> bool {
    cx.within::<Event<'_>>(deployment.namespace()).any(|event| {
        let [_, _, about] = event.about();
        event.reason() == "FailedCreate"
            && about.strip_prefix(deployment.name()).is_some_and(|hash| hash.starts_with('-'))
            && cx.is_recent(event.last_seen(), Span::minutes(30))
    })
}

fn finding(deployment: Workload<'_>, failure: Condition<'_>) -> Finding {
    let resource = deployment.resource();
    let (subject, message) = (Subject::of(resource), failure.message());
    let rejection = PodRejection::of(&message);
    let reason = rejection.map_or("the API server rejects them", PodRejection::description);
    let (available, desired) = (deployment.available(), deployment.desired());
    let summary = format!("{subject} cannot create pods because {reason}: {}", excerpt(&message));
    let extent = format!("{available} of {desired} pods are available");
    let finding = Finding::new(
        subject.clone(),
        summary,
        Evidence::condition(resource, failure, failure.reason()),
    )
    .severity(if available >= desired { Warning } else { RULE.meta.severity })
    .since(failure.since())
    .evidence([Evidence::field(resource, &["status", "conditions"], extent)])
    .keywords(subject.to_string())
    .keywords(failure.reason())
    .keywords(&message);
    match rejection {
        Some(rejection) => rejection
            .grouped(finding, resource.namespace(), &message)
            .fix(rejection.fix())
            .run("oc describe deployment -n {namespace} {name}")
            .run("oc get events -n {namespace}"),
        None => finding,
    }
}
