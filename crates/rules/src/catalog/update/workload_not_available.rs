//! A Deployment of the release that does not roll out.
//!
//! # Why it matters
//!
//! The cluster-version operator itself deploys the operators of a release and waits for each
//! Deployment. When its pods do not start, the new operator never runs and the update stands
//! still before the operator can report anything: its ClusterOperator looks well, and is old.
//!
//! # What to do
//!
//! Look at the pods of the Deployment: image pulls, scheduling, admission.
//!
//! # Blind spots
//!
//! The pods say why only where their namespace was collected.
//!
//! # References
//!
//! - openshift/cluster-version-operator `lib/resourcebuilder/apps.go`,
//!   `checkDeploymentHealth`

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion, DEPLOYMENT, POD, Pod, Workload};
use mustknow_gather::kinds::{DAEMON_SET, STATEFUL_SET};

use crate::catalog::prelude::*;
use crate::facts::{Failure, excerpt, failing_verdict, undertaking, urgency};

pub(super) static META: Meta = Meta {
    id: "update/workload-not-available",
    title: "a Deployment of the release that does not roll out",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[
        Need::Kind(&DEPLOYMENT),
        Need::Kind(&DAEMON_SET),
        Need::Kind(&STATEFUL_SET),
        Need::Kind(&POD),
    ],
};

/// How many pods are shown.
const SHOWN: usize = 5;

pub(super) fn check(case: &Case<'_>) -> Verdict {
    failing_verdict(
        case,
        &["WorkloadNotAvailable", "WorkloadNotProgressing"],
        |version, failures| {
            failures.iter().map(|failure| finding(case, version, failure)).collect()
        },
    )
}

fn finding(case: &Case<'_>, version: ClusterVersion<'_>, failure: &Failure<'_>) -> Finding {
    let condition =
        Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message));
    let Some((namespace, name)) = workload(&failure.message) else {
        let summary =
            format!("{} waits for a workload that does not roll out", undertaking(version));
        return dressed(case, Finding::new(Subject::view(version), summary, condition), failure);
    };
    let deployment = case.find_as::<Workload<'_>>(&DEPLOYMENT, namespace, name);
    let pods = pods(case, namespace, name);
    let summary = format!(
        "{} waits for Deployment/{namespace}/{name}, which does not roll out",
        undertaking(version)
    );
    let finding =
        Finding::new(Subject::namespaced("Deployment", namespace, name), summary, condition)
            .evidence(deployment.map(|deployment| {
                let note =
                    format!("{} of {} available", deployment.available(), deployment.wanted());
                Evidence::field(deployment.resource(), &["status"], note)
            }))
            .evidence(pods.iter().map(|pod| trouble(*pod)))
            .saying(pods.iter().map(|pod| pod.name()).collect::<Vec<_>>().join("\n"))
            .remedy(
                Remedy::new("Mend the pods of the Deployment; the update then goes on by itself.")
                    .command(format!("oc describe deployment {name} -n {namespace}"))
                    .command(format!("oc get pods -n {namespace} -o wide"))
                    .verify("oc adm upgrade"),
            );
    let finding = dressed(case, finding, failure);
    let recovered = deployment
        .is_some_and(|d| d.wanted() > 0 && d.available() >= d.wanted() && pods.is_empty());
    if recovered {
        let finding = finding.severity(Severity::Info);
        return finding.possible("the Deployment itself says otherwise").why(
            "The condition says that the Deployment does not roll out; the Deployment itself says \
             that all of its pods are available, so it has just recovered.",
        );
    }
    finding
}

fn dressed(case: &Case<'_>, finding: Finding, failure: &Failure<'_>) -> Finding {
    let since = failure.condition.since();
    finding
        .severity(urgency(case, since, Severity::Error))
        .why(
            "The cluster-version operator waits for every Deployment it applies. Until its pods \
             run, the operator of the new release does not, and its ClusterOperator keeps \
             reporting what the old one said.",
        )
        .since(since)
        .saying(&failure.reason)
        .saying(&failure.message)
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

fn pods<'s>(case: &Case<'s>, namespace: &str, name: &str) -> Vec<Pod<'s>> {
    let prefix = format!("{name}-");
    case.within::<Pod<'s>>(namespace)
        .filter(|pod| {
            let set = pod.owner().map(|(_, owner)| owner.into_owned()).unwrap_or_default();
            set.starts_with(&prefix) && !pod.is_ready() && !pod.is_finished()
        })
        .take(SHOWN)
        .collect()
}

/// Where a pod says what keeps it.
fn trouble(pod: Pod<'_>) -> Evidence {
    let waiting = pod.containers().find_map(|c| Some((c, c.waiting_reason()?)));
    if let Some((container, reason)) = waiting {
        let note = format!("container {} waits: {reason}", container.name());
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
