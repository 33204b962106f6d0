//! Release Deployment that does not roll out.
//!
//! The cause is visible in the pods only if their namespace was collected.
//!
//! - openshift/cluster-version-operator `lib/resourcebuilder/apps.go`,
//!   `checkDeploymentHealth`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .reads(&[
        Need::Kind(&DEPLOYMENT),
        Need::Kind(&DAEMON_SET),
        Need::Kind(&STATEFUL_SET),
        Need::Kind(&POD),
    ])
    .check(check)
    .why(
        "The cluster-version operator itself deploys the operators of a release and waits for \
         each Deployment. When its pods do not start, the new operator never runs, and the \
         update is stuck before the operator can report anything: its ClusterOperator looks \
         healthy, but is outdated.",
    )
    .fix("Check the pods of the Deployment: image pulls, scheduling, admission.");

/// How many pods are shown.
const SHOWN: usize = 5;

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_failing(
        cx,
        &["WorkloadNotAvailable", "WorkloadNotProgressing"],
        |version, update_failures| {
            update_failures.iter().map(|failure| finding(cx, version, failure)).collect()
        },
    )
}

fn finding(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    failure: &UpdateFailure<'_>,
) -> Finding {
    let condition =
        Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message));
    let Some((namespace, name)) = workload(&failure.message) else {
        let summary = format!(
            "{} is waiting for a workload that does not roll out",
            current_operation(version)
        );
        return dressed(cx, Finding::new(Subject::view(version), summary, condition), failure);
    };
    let deployment = cx.find_as::<Workload<'_>>(&DEPLOYMENT, namespace, name);
    let pods = pods(cx, namespace, name);
    let summary = format!(
        "{} is waiting for Deployment/{namespace}/{name}, which does not roll out",
        current_operation(version)
    );
    let finding =
        Finding::new(Subject::namespaced("Deployment", namespace, name), summary, condition)
            .evidence(deployment.map(|deployment| {
                let note =
                    format!("{} of {} available", deployment.available(), deployment.desired());
                Evidence::field(deployment.resource(), &["status"], note)
            }))
            .evidence(pods.iter().map(|pod| pod_evidence(*pod)))
            .keywords(pods.iter().map(|pod| pod.name()).collect::<Vec<_>>().join("\n"))
            .run(format!("oc describe deployment {name} -n {namespace}"))
            .run(format!("oc get pods -n {namespace} -o wide"))
            .verify("oc adm upgrade");
    let finding = dressed(cx, finding, failure);
    let recovered = deployment
        .is_some_and(|d| d.desired() > 0 && d.available() >= d.desired() && pods.is_empty());
    if recovered {
        let finding = finding.severity(Info);
        return finding.possible("the Deployment itself reports otherwise").why(
            "The condition reports that the Deployment does not roll out. The Deployment itself \
             reports that all of its pods are available, so it has just recovered.",
        );
    }
    finding
}

fn dressed(cx: &RuleContext<'_>, finding: Finding, failure: &UpdateFailure<'_>) -> Finding {
    let since = failure.condition.since();
    finding
        .severity(severity_by_age(cx, since, Error))
        .why(
            "The cluster-version operator waits for every Deployment it applies. Until its pods \
             run, the operator of the new release does not run, and its ClusterOperator still \
             shows what the old operator reported.",
        )
        .since(since)
        .keywords(&failure.reason)
        .keywords(&failure.message)
}

/// Namespace and name in `deployment <namespace>/<name> is not available ...`.
fn workload(message: &str) -> Option<(&str, &str)> {
    message.split_whitespace().find_map(|word| {
        let (namespace, name) = word.split_once('/')?;
        let is_name = |text: &str| {
            !text.is_empty()
                && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        (is_name(namespace) && is_name(name)).then_some((namespace, name))
    })
}

fn pods<'s>(cx: &RuleContext<'s>, namespace: &str, name: &str) -> Vec<Pod<'s>> {
    let prefix = format!("{name}-");
    cx.within::<Pod<'s>>(namespace)
        .filter(|pod| {
            let set = pod.owner().map(|(_, owner)| owner.into_owned()).unwrap_or_default();
            set.starts_with(&prefix) && !pod.is_ready() && !pod.is_finished()
        })
        .take(SHOWN)
        .collect()
}

/// The state that shows why a pod is not ready.
fn pod_evidence(pod: Pod<'_>) -> Evidence {
    let waiting = pod.containers().find_map(|c| Some((c, c.waiting_reason()?)));
    if let Some((container, reason)) = waiting {
        let note = format!("container {} is waiting: {reason}", container.name());
        return Evidence::seen(pod.resource(), container.span(), note);
    }
    let unscheduled = pod.condition("PodScheduled").filter(|c| c.is_false());
    match unscheduled.or_else(|| pod.condition("Ready")) {
        Some(condition) => {
            let note = format!("the pod is {}: {}", pod.phase(), condition.reason());
            Evidence::condition(pod.resource(), condition, note)
        }
        None => Evidence::field(pod.resource(), &["status", "phase"], "the pod is not ready"),
    }
}
