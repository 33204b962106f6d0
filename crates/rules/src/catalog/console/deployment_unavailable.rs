//! Unavailable web console pods.
//!
//! This rule relies on what the console operator reports. A condition that has lasted for less than
//! five minutes is reported as informational only.
//!
//! - openshift/console-operator `pkg/console/operator/sync_v400.go` (`InsufficientReplicas`)

use crate::catalog::prelude::*;

/// How long there may be no available pod.
const GRACE: Span = Span::minutes(5);
const NAMESPACE: &str = "openshift-console";
const OPERATOR: &str = "console";
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_CONSOLE), Need::Kind(&POD)])
    .check(check)
    .why(
        "Deployment openshift-console/console serves the web console. Without an available pod \
         users cannot reach the console, and the console operator is unavailable.",
    )
    .fix(
        "Check the pods: whether they are scheduled and what they log. A console pod that \
         cannot reach the OAuth server does not become ready.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    if !is_managed(cx, &OPERATOR_CONSOLE) {
        return Err(not_applicable("the console is not managed"));
    }
    ConditionReport::of(cx, &OPERATOR_CONSOLE, OPERATOR, "DeploymentAvailable").judge(
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
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
        .keywords(names.join(" "))
        .evidence(unready)
        .explains(Subject::cluster("ClusterOperator", OPERATOR), "Deployment")
        .explains(Subject::namespaced("Route", NAMESPACE, "console"), "StatusError")
        .run(format!("oc get pods -n {NAMESPACE} -o wide"))
        .run(format!("oc logs -n {NAMESPACE} deployment/console --tail=100"))
        .verify("oc get clusteroperator console")
}
