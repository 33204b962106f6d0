//! An API server that does not tell where to log in.
//!
//! # Why it matters
//!
//! Clients ask the API server at `/.well-known/oauth-authorization-server` where to log in. The
//! authentication operator asks each API server and is not available while none answers as it
//! should. That is so until all of them run with the present configuration.
//!
//! # What to do
//!
//! Look at the rollout of kube-apiserver: the message names the server that does not answer, or
//! answers otherwise.
//!
//! # Blind spots
//!
//! API servers are replaced one by one and take some minutes each, so that half an hour passes
//! before this is more than information.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/readiness/wellknown_ready_controller.go`

use mustknow_gather::kinds::OPERATOR_AUTHENTICATION;

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, Unreachable, few};

/// How long all API servers may take to be replaced.
const GRACE: Span = Span::minutes(30);
const OPERATOR: &str = "authentication";

pub(super) static META: Meta = Meta {
    id: "authentication/wellknown-not-ready",
    title: "an API server that does not tell where to log in",
    severity: Severity::Critical,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let ask = |name| Report::of(case, &OPERATOR_AUTHENTICATION, OPERATOR, name);
    let none = ask("WellKnownAvailable");
    let some = ask("WellKnownReadyControllerDegraded");
    if none.has_no_source() && some.has_no_source() {
        return Verdict::Unknown(Report::gap(&OPERATOR_AUTHENTICATION, OPERATOR));
    }
    // Without the route the operator does not ask at all, which is another matter.
    let asked = |reported: &Reported<'_>| reported.reason != "PrereqsNotReady";
    let finding = match (none.bad().filter(asked), some.bad().filter(asked)) {
        (Some(reported), _) => finding(case, &reported, Severity::Critical),
        (None, Some(reported)) => finding(case, &reported, Severity::Error),
        (None, None) => None,
    };
    Verdict::over(1, finding.into_iter().collect(), "")
}

fn finding(case: &Case<'_>, reported: &Reported<'_>, full: Severity) -> Option<Finding> {
    let message = &reported.message;
    if !message.contains("well-known") && !message.contains("kube") {
        return None;
    }
    let hosts = hosts(message);
    let who = match hosts.as_slice() {
        [] => "no API server".to_owned(),
        hosts => format!("API server {}", few(hosts)),
    };
    let (state, advice) = if message.contains("not yet served") {
        ("it does not serve that yet", "Look at the rollout of kube-apiserver on that node.")
    } else if message.contains("different oauth metadata") {
        ("it serves what was true before", "Look at the rollout of kube-apiserver on that node.")
    } else {
        match Unreachable::of(message) {
            Unreachable::Other => {
                ("it does not answer as it should", "Look at kube-apiserver there.")
            }
            class => (class.words(), "Look at kube-apiserver on that node, and at its network."),
        }
    };
    let path = ".well-known/oauth-authorization-server";
    Some(
        reported
            .finding(
                Subject::cluster("Endpoint", path),
                format!("{who} does not tell where to log in: {state}"),
            )
            .severity(Patience::of(case, reported.since(), GRACE).severity(full))
            .why(
                "Clients ask there where to log in. The operator is not available while no API \
                 server answers as it should, and degraded while one does not.",
            )
            .explains(Subject::cluster("ClusterOperator", OPERATOR), "WellKnown")
            .remedy(
                Remedy::new(advice)
                    .command("oc get kubeapiservers.operator.openshift.io cluster -o yaml")
                    .command("oc get pods -n openshift-kube-apiserver -o wide")
                    .verify("oc get clusteroperator authentication"),
            ),
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
