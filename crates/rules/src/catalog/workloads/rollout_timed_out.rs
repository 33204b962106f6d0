//! `Deployment` rollout stuck (ProgressDeadlineExceeded).
//!
//! A Deployment reports that it waits, but not why. A paused Deployment, or one without an
//! effective `progressDeadlineSeconds`, does not report this either.
//!
//! - kubernetes/kubernetes `pkg/controller/deployment/progress.go`, `util/deployment_util.go`
//! - openshift/cluster-version-operator `lib/resourcebuilder/apps.go`

use crate::catalog::prelude::*;

/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Error, Symptom, Any)
    .each(&[&DEPLOYMENT], |cx, deployment| {
        let stuck = Condition::find(deployment, "Progressing")
            .filter(|it| it.is_false() && it.reason() == "ProgressDeadlineExceeded");
        Ok(stuck.map(|stuck| finding(cx, Workload::of(deployment), stuck)))
    })
    .reads(&[Need::Kind(&POD)])
    // A pod that takes a little longer than progressDeadlineSeconds is slow and not stuck.
    .note_until(Span::minutes(5))
    .why(
        "No pod of the new version became available within progressDeadlineSeconds, which is \
         ten minutes by default. The old version continues to serve where it can. The new \
         version does not start.",
    )
    .fix(
        "Check the pods of the new ReplicaSet: they crash, wait for an image, cannot be \
         scheduled, or are not created at all.",
    )
    .run(&["oc describe deployment -n {namespace} {name}", "oc get pods -n {namespace}"])
    .verify(&["oc rollout status deployment -n {namespace} {name}"]);

fn finding(cx: &RuleContext<'_>, deployment: Workload<'_>, stuck: Condition<'_>) -> Finding {
    let resource = deployment.resource();
    let subject = Subject::of(resource);
    let is_waiting = |pod: &Pod<'_>| is_expected(*pod) && !pod.is_ready();
    let waiting: Vec<_> = workload_pods(cx, &subject).filter(is_waiting).collect();
    let age = cx.age(stuck.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let (available, desired) = (deployment.available(), deployment.desired());
    let summary = format!(
        "{subject} rollout has been stuck{age}: {available} of {desired} pods are available"
    );
    let pods = waiting.iter().take(SHOWN).filter_map(|pod| {
        let ready = pod.condition("Ready").or_else(|| pod.condition("PodScheduled"))?;
        let note = format!("pod {} is not ready: {}", pod.name(), ready.reason());
        Some(Evidence::condition(pod.resource(), ready, note))
    });
    let evidence = Evidence::condition(resource, stuck, stuck.reason());
    Finding::new(subject.clone(), summary, evidence)
        // The old version continues to serve.
        .severity(if available >= desired { Warning } else { RULE.meta.severity })
        .since(stuck.since())
        // Without any pod it has been down for the whole deadline.
        .lasting(available == 0 && desired > 0)
        .evidence(pods)
        .keywords(subject.to_string())
        .keywords(pod_keywords(waiting.iter().copied()))
        .keywords(stuck.reason())
        .keywords(excerpt(&stuck.message()))
}
