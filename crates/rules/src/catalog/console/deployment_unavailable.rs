//! Unavailable web console pods.
//!
//! # Why it matters
//!
//! Deployment `openshift-console/console` serves the web console. Without an available pod users
//! cannot reach the console, and the console operator is unavailable.
//!
//! # What to do
//!
//! Check the pods: whether they are scheduled and what they log. A console pod that cannot reach
//! the OAuth server does not become ready.
//!
//! # Blind spots
//!
//! This rule relies on what the console operator reports. A condition that has lasted for less than
//! five minutes is reported as informational only.
//!
//! # References
//!
//! - openshift/console-operator `pkg/console/operator/sync_v400.go` (`InsufficientReplicas`)

use mustknow_cluster::model::kinds::{OPERATOR_CONSOLE, POD};
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::domain::is_expected;
use crate::engine::{Persistence, name_list};
use crate::signals::{ConditionReport, ConditionState, is_managed};

/// How long there may be no available pod.
const GRACE: Span = Span::minutes(5);
const NAMESPACE: &str = "openshift-console";
const OPERATOR: &str = "console";
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "console/deployment-unavailable",
    title: "unavailable web console pods",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_CONSOLE), Need::Kind(&POD)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    if !is_managed(cx, &OPERATOR_CONSOLE) {
        return Verdict::NotApplicable("the console is not managed".to_owned());
    }
    ConditionReport::of(cx, &OPERATOR_CONSOLE, OPERATOR, "DeploymentAvailable").verdict(
        &OPERATOR_CONSOLE,
        OPERATOR,
        |reported| Some(finding(cx, &reported)),
    )
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let waiting: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("console-") && !pod.is_ready() && is_expected(*pod))
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let pods = if names.is_empty() {
        String::new()
    } else {
        format!("; not ready: {}", name_list(&names))
    };
    let unready = waiting.iter().take(SHOWN).filter_map(|pod| {
        Some(Evidence::condition(pod.resource(), pod.condition("Ready")?, "this pod is not ready"))
    });
    reported
        .finding(
            Subject::namespaced("Deployment", NAMESPACE, "console"),
            format!("Deployment {NAMESPACE}/console has no available pod{pods}"),
        )
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(META.severity))
        .keywords(names.join(" "))
        .evidence(unready)
        .why(
            "Without an available pod users cannot reach the console, and its operator is \
             unavailable.",
        )
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "Deployment")
        .explains(Subject::namespaced("Route", NAMESPACE, "console"), "StatusError")
        .remedy(
            Remedy::new(
                "Fix the pods of the Deployment or the cause that prevents them from running.",
            )
            .command(format!("oc get pods -n {NAMESPACE} -o wide"))
            .command(format!("oc logs -n {NAMESPACE} deployment/console --tail=100"))
            .verify("oc get clusteroperator console"),
        )
}
