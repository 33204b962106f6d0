//! A Deployment whose rollout has not got on within its time.
//!
//! # Why it matters
//!
//! For ten minutes, or what `progressDeadlineSeconds` says, no pod of the new version has become
//! available. The old version goes on serving where it can; the new one does not come.
//!
//! # What to do
//!
//! Look at the pods of the new `ReplicaSet`: they crash, wait for an image, fit on no node, or are not
//! made at all.
//!
//! # Blind spots
//!
//! A Deployment only tells that it waits, never why. One that is paused, or whose
//! `progressDeadlineSeconds` is not set to end, does not even tell that.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/deployment/progress.go`, `util/deployment_util.go`
//! - openshift/cluster-version-operator `lib/resourcebuilder/apps.go`

use mustknow_gather::kinds::{Condition, DEPLOYMENT, POD, Pod, Workload, WorkloadKind};

use crate::catalog::prelude::*;
use crate::facts::{client, excerpt, is_expected, severity_in, workload};

/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "workloads/rollout-timed-out",
    title: "a Deployment whose rollout has not got on within its time",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&DEPLOYMENT)],
    uses: &[Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for resource in case.snapshot().of_kind(&DEPLOYMENT) {
        let deployment = Workload::of(resource);
        if deployment.kind() != WorkloadKind::Deployment {
            continue;
        }
        examined += 1;
        let stuck = deployment
            .condition("Progressing")
            .filter(|it| it.is_false() && it.reason() == "ProgressDeadlineExceeded");
        findings.extend(stuck.map(|condition| finding(case, deployment, condition)));
    }
    Verdict::over(examined, findings, "no Deployment in the archive")
}

fn finding(case: &Case<'_>, deployment: Workload<'_>, stuck: Condition<'_>) -> Finding {
    let resource = deployment.resource();
    let subject = Subject::of(resource);
    let waiting: Vec<_> = case
        .within::<Pod<'_>>(resource.namespace())
        .filter(|pod| is_expected(*pod) && !pod.is_ready() && workload(*pod) == subject)
        .collect();
    let nodes: Vec<_> = waiting.iter().filter_map(|pod| pod.node()).collect();
    let age = case.age(stuck.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let (available, wanted) = (deployment.available(), deployment.wanted());
    let summary = format!(
        "{subject} has not got on with its rollout{age}: {available} of {wanted} pods are available"
    );
    let usual = severity_in(case, resource.namespace(), META.severity);
    // The old version serves on.
    let severity = if available >= wanted { usual.min(Severity::Warning) } else { usual };
    let (client, namespace, name) = (client(case), resource.namespace(), resource.name());
    let pods = waiting.iter().take(SHOWN).filter_map(|pod| {
        let ready = pod.condition("Ready").or_else(|| pod.condition("PodScheduled"))?;
        let note = format!("pod {} is not ready: {}", pod.name(), ready.reason());
        Some(Evidence::condition(pod.resource(), ready, note))
    });
    Finding::new(subject, summary, Evidence::condition(resource, stuck, stuck.reason()))
        .severity(severity)
        .since(stuck.since())
        .evidence(pods)
        .saying(format!("Deployment/{namespace}/{name}"))
        .saying(waiting.iter().map(|pod| pod.name()).collect::<Vec<_>>().join(" "))
        .saying(nodes.join(" "))
        .saying(stuck.reason())
        .saying(excerpt(&stuck.message()))
        .why(
            "No pod of the new version became available within the time the Deployment allows. What \
             keeps them stands with the pods.",
        )
        .remedy(
            Remedy::new("Look at the pods of its newest ReplicaSet.")
                .command(format!("{client} describe deployment -n {namespace} {name}"))
                .command(format!("{client} get pods -n {namespace}"))
                .verify(format!("{client} rollout status deployment -n {namespace} {name}")),
        )
}
