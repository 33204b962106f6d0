//! Kube-apiserver OAuth well-known endpoint not ready.
//!
//! API servers are replaced one at a time and take a few minutes each, so a condition that has
//! lasted for less than 30 minutes is reported as informational only.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/readiness/wellknown_ready_controller.go`

use crate::catalog::prelude::*;

/// How long the replacement of all API servers may take.
const GRACE: Span = Span::minutes(30);
const OPERATOR: &str = "authentication";

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION)])
    .check(check)
    .why(
        "Clients query the API server at /.well-known/oauth-authorization-server to find the \
         OAuth server. The authentication operator checks each API server. It is not available \
         while no API server returns the expected metadata, which requires all of them to run \
         the current configuration.",
    )
    .fix(
        "Check the rollout of kube-apiserver. The message names the server that does not \
         answer, or that returns different metadata.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let report = |name| ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, OPERATOR, name);
    let unavailable = report("WellKnownAvailable");
    let degraded = report("WellKnownReadyControllerDegraded");
    if unavailable.is_not_collected() && degraded.is_not_collected() {
        return Err(NotJudged::from(ConditionReport::gap(&OPERATOR_AUTHENTICATION, OPERATOR)));
    }
    // Without the route the operator does not run this check. Another rule reports that case.
    let is_checked = |reported: &ConditionState<'_>| reported.reason != "PrereqsNotReady";
    let finding = match (unavailable.bad().filter(is_checked), degraded.bad().filter(is_checked)) {
        (Some(reported), _) => finding(cx, &reported, Critical),
        (None, Some(reported)) => finding(cx, &reported, Error),
        (None, None) => None,
    };
    Ok(Checked::over(1, finding.into_iter()))
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>, full: Severity) -> Option<Finding> {
    let message = &reported.message;
    if !message.contains("well-known") && !message.contains("kube") {
        return None;
    }
    let hosts = hosts(message);
    let servers = match hosts.as_slice() {
        [] => "the API server".to_owned(),
        hosts => format!("API server {}", name_list(hosts)),
    };
    let (state, advice) = if message.contains("not yet served") {
        ("it is not served yet", "Check the rollout of kube-apiserver on that node.")
    } else if message.contains("different oauth metadata") {
        ("it returns outdated metadata", "Check the rollout of kube-apiserver on that node.")
    } else {
        match ConnectionError::of(message) {
            ConnectionError::Other => {
                ("it does not return the expected response", "Check kube-apiserver on that node.")
            }
            class => (class.description(), "Check kube-apiserver on that node and its network."),
        }
    };
    let path = ".well-known/oauth-authorization-server";
    Some(
        reported
            .finding(
                Subject::cluster("Endpoint", path),
                format!("OAuth well-known endpoint is not ready on {servers}: {state}"),
            )
            .severity(Persistence::of(cx, reported.since(), GRACE).severity(full))
            .explains(Subject::cluster("ClusterOperator", OPERATOR), "WellKnown")
            .fix(advice)
            .run("oc get kubeapiservers.operator.openshift.io cluster -o yaml")
            .run("oc get pods -n openshift-kube-apiserver -o wide")
            .verify("oc get clusteroperator authentication"),
    )
}

/// The hosts whose well-known URL the message names.
fn hosts(message: &str) -> Vec<String> {
    let mut hosts: Vec<_> = message
        .split("https://")
        .skip(1)
        .filter_map(|rest| rest.split_once("/.well-known"))
        .map(|(host, _)| host.to_owned())
        .filter(|host| !host.is_empty() && !host.contains(' '))
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts
}
