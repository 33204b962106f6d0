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
    .needs(&[Need::Kind(&DEPLOYMENT)])
    .reads(&[Need::Kind(&POD)])
    .check(check)
    .why(
        "No pod of the new version became available within progressDeadlineSeconds, which is \
         ten minutes by default. The old version continues to serve where it can. The new \
         version does not start.",
    )
    .fix(
        "Check the pods of the new ReplicaSet: they crash, wait for an image, cannot be \
         scheduled, or are not created at all.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for resource in cx.snapshot().of_kind(&DEPLOYMENT) {
        let deployment = Workload::of(resource);
        if deployment.kind() != WorkloadKind::Deployment {
            continue;
        }
        examined += 1;
        let stuck = deployment
            .condition("Progressing")
            .filter(|it| it.is_false() && it.reason() == "ProgressDeadlineExceeded");
        findings.extend(stuck.map(|condition| finding(cx, deployment, condition)));
    }
    Ok(Checked::over(examined, findings))
}

fn finding(cx: &RuleContext<'_>, deployment: Workload<'_>, stuck: Condition<'_>) -> Finding {
    let resource = deployment.resource();
    let subject = Subject::of(resource);
    let waiting: Vec<_> = cx
        .within::<Pod<'_>>(resource.namespace())
        .filter(|pod| is_expected(*pod) && !pod.is_ready() && workload(*pod) == subject)
        .collect();
    let nodes: Vec<_> = waiting.iter().filter_map(|pod| pod.node()).collect();
    let age = cx.age(stuck.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let (available, desired) = (deployment.available(), deployment.desired());
    let summary = format!(
        "{subject} rollout has been stuck{age}: {available} of {desired} pods are available"
    );
    let usual = severity_in(cx, resource.namespace(), RULE.meta.severity);
    // The old version continues to serve.
    let severity = if available >= desired { usual.min(Warning) } else { usual };
    let (client, namespace, name) = (client(cx), resource.namespace(), resource.name());
    let pods = waiting.iter().take(SHOWN).filter_map(|pod| {
        let ready = pod.condition("Ready").or_else(|| pod.condition("PodScheduled"))?;
        let note = format!("pod {} is not ready: {}", pod.name(), ready.reason());
        Some(Evidence::condition(pod.resource(), ready, note))
    });
    Finding::new(subject, summary, Evidence::condition(resource, stuck, stuck.reason()))
        .severity(severity)
        .since(stuck.since())
        .evidence(pods)
        .keywords(format!("Deployment/{namespace}/{name}"))
        .keywords(waiting.iter().map(|pod| pod.name()).collect::<Vec<_>>().join(" "))
        .keywords(nodes.join(" "))
        .keywords(stuck.reason())
        .keywords(excerpt(&stuck.message()))
        .run(format!("{client} describe deployment -n {namespace} {name}"))
        .run(format!("{client} get pods -n {namespace}"))
        .verify(format!("{client} rollout status deployment -n {namespace} {name}"))
}
