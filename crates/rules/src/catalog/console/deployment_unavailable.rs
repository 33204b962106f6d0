//! A web console without pods that are available.
//!
//! # Why it matters
//!
//! Deployment `openshift-console/console` serves the console. Without a pod of it nobody reaches the
//! console, and its operator is not available.
//!
//! # What to do
//!
//! Look at the pods: whether they are scheduled and what they log. A console that cannot reach the
//! login server does not become ready.
//!
//! # Blind spots
//!
//! This is what the console operator says. Less than five minutes are told as information only.
//!
//! # References
//!
//! - openshift/console-operator `pkg/console/operator/sync_v400.go` (`InsufficientReplicas`)

use mustknow_gather::kinds::{OPERATOR_CONSOLE, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, few, is_expected, is_managed};

/// How long there may be no pod.
const GRACE: Span = Span::minutes(5);
const NAMESPACE: &str = "openshift-console";
const OPERATOR: &str = "console";
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "console/deployment-unavailable",
    title: "a web console without pods that are available",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_CONSOLE), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if !is_managed(case, &OPERATOR_CONSOLE) {
        return Verdict::NotApplicable("the console is not managed".to_owned());
    }
    Report::of(case, &OPERATOR_CONSOLE, OPERATOR, "DeploymentAvailable").verdict(
        &OPERATOR_CONSOLE,
        OPERATOR,
        |reported| Some(finding(case, &reported)),
    )
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let waiting: Vec<Pod<'_>> = case
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("console-") && !pod.is_ready() && is_expected(*pod))
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let pods =
        if names.is_empty() { String::new() } else { format!("; not ready: {}", few(&names)) };
    let unready = waiting.iter().take(SHOWN).filter_map(|pod| {
        Some(Evidence::condition(pod.resource(), pod.condition("Ready")?, "this pod is not ready"))
    });
    reported
        .finding(
            Subject::namespaced("Deployment", NAMESPACE, "console"),
            format!("Deployment {NAMESPACE}/console has no pod that is available{pods}"),
        )
        .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
        .saying(names.join(" "))
        .evidence(unready)
        .why("Without a pod of it nobody reaches the console, and its operator is not available.")
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "Deployment")
        .explains(Subject::namespaced("Route", NAMESPACE, "console"), "StatusError")
        .remedy(
            Remedy::new("Mend the pods of the Deployment, or what keeps them from running.")
                .command(format!("oc get pods -n {NAMESPACE} -o wide"))
                .command(format!("oc logs -n {NAMESPACE} deployment/console --tail=100"))
                .verify("oc get clusteroperator console"),
        )
}
