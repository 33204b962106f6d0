//! Unavailable oauth-openshift pods.
//!
//! This rule relies on what the operator reports about its Deployment. If one of several pods has
//! been missing for less than 20 minutes, this is reported as informational only, because pods are
//! replaced one at a time. A cluster with an external OIDC provider does not run this server.
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go` (reasons
//!   `NoPod`, `UnavailablePod`)
//! - openshift/cluster-authentication-operator `pkg/controllers/deployment/deployment_controller.go`

use crate::catalog::prelude::*;

/// How long there may be no available pod at all.
const NONE: Span = Span::minutes(5);
/// How long one pod of several may be missing.
const SOME: Span = Span::minutes(20);
const NAMESPACE: &str = "openshift-authentication";

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION), Need::Kind(&POD)])
    .check(check)
    .why(
        "Users log in at Deployment openshift-authentication/oauth-openshift. Without an \
         available pod no user can log in, and the authentication operator is unavailable.",
    )
    .fix("Check the pods of the Deployment: whether they are scheduled, and what they log.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let report = |name| ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, "authentication", name);
    let available = report("OAuthServerDeploymentAvailable");
    let degraded = report("OAuthServerDeploymentDegraded");
    if available.is_not_collected() && degraded.is_not_collected() {
        let what = "Authentication cluster and ClusterOperator authentication: not collected";
        return Err(NotJudged::from(
            Gap::new(GapKind::NotCollected, what)
                .command("oc get authentications.operator.openshift.io cluster -o yaml")
                .command("oc get clusteroperator authentication -o yaml"),
        ));
    }
    let none = available.bad().filter(|reported| reported.reason == "NoPod");
    let some = degraded.bad().filter(|reported| reported.reason == "UnavailablePod");
    let finding = match (none, some) {
        (Some(reported), _) => {
            let severity = Persistence::of(cx, reported.since(), NONE).severity(Critical);
            let route = Subject::namespaced("Route", NAMESPACE, "oauth-openshift");
            let finding = finding(cx, &reported, "has no available pod");
            Some(finding.severity(severity).explains(route, ""))
        }
        (None, Some(reported)) => {
            let severity = Persistence::of(cx, reported.since(), SOME).severity(Error);
            Some(finding(cx, &reported, "has unavailable pods").severity(severity))
        }
        (None, None) => None,
    };
    Ok(Checked::over(1, finding.into_iter()))
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>, state: &str) -> Finding {
    let waiting: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("oauth-openshift-"))
        .filter(|pod| !pod.is_ready() && !pod.is_finished())
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let pods = if names.is_empty() {
        String::new()
    } else {
        format!("; not ready: {}", name_list_up_to(&names, 3))
    };
    let unready = waiting.iter().take(3).filter_map(|pod| {
        Some(Evidence::condition(pod.resource(), pod.condition("Ready")?, "this pod is not ready"))
    });
    Finding::new(
        Subject::namespaced("Deployment", NAMESPACE, "oauth-openshift"),
        format!("Deployment {NAMESPACE}/oauth-openshift {state}{pods}"),
        reported.evidence(excerpt(&reported.message)),
    )
    .since(reported.since())
    .keywords(reported.keywords())
    .keywords(names.join(" "))
    .evidence(unready)
    .explains(Subject::cluster("ClusterOperator", "authentication"), "OAuthServerDeployment")
    .run(format!("oc get pods -n {NAMESPACE} -o wide"))
    .run(format!("oc logs -n {NAMESPACE} deployment/oauth-openshift"))
    .verify("oc get clusteroperator authentication")
}
