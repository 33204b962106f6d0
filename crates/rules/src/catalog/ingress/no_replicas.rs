//! Unavailable routers or fewer router replicas than required.
//!
//! This rule relies on what the ingress operator reports about its Deployment. A condition that has
//! lasted for less than five minutes, or that occurs in the first hour of an installation, is
//! reported as informational only.
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go`
//!   (`DeploymentUnavailable`, `DeploymentMinimumReplicasNotMet`)
//! - <https://github.com/okd-project/okd/issues/1654>

use crate::catalog::prelude::*;

/// How long routers may be unavailable while they are replaced.
const GRACE: Span = Span::minutes(5);
const NAMESPACE: &str = "openshift-ingress";

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER), Need::Kind(&POD)])
    .check(check)
    .why(
        "All routes of the cluster pass through the router pods. Without them nothing is \
         reachable from outside: no application, no console, no OAuth server.",
    )
    .fix(
        "If the message reports that pods cannot be scheduled, free up capacity for them: each \
         router on the host network needs its own node. Otherwise check the logs of the pods.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let (none, few) = match (
        IngressConditions::of(cx, "DeploymentAvailable"),
        IngressConditions::of(cx, "DeploymentReplicasMinAvailable"),
    ) {
        (Ok(none), Ok(few)) => (none, few),
        (Err(gap), _) | (_, Err(gap)) => return Err(NotJudged::from(gap)),
    };
    let is_down = |condition: &IngressCondition<'_>| {
        none.bad.iter().any(|other| other.is_false && other.controller == condition.controller)
    };
    let mut findings: Vec<_> = none
        .bad
        .iter()
        .filter(|condition| condition.is_false)
        .map(|condition| {
            let more = few.bad.iter().find(|other| other.controller == condition.controller);
            finding(cx, condition, more, Critical)
        })
        .collect();
    findings.extend(
        few.bad
            .iter()
            .filter(|condition| condition.is_false && !is_down(condition))
            .map(|condition| finding(cx, condition, None, Error)),
    );
    Ok(Checked::over(none.examined, findings))
}

fn finding(
    cx: &RuleContext<'_>,
    condition: &IngressCondition<'_>,
    more: Option<&IngressCondition<'_>>,
    full: Severity,
) -> Finding {
    let detail = more.unwrap_or(condition);
    let waiting: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with(&format!("router-{}-", condition.controller)))
        .filter(|pod| !pod.is_ready() && !pod.is_finished())
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let unready = waiting.iter().take(3).filter_map(|pod| {
        let condition = pod.condition("PodScheduled").filter(|c| c.is_false());
        let condition = condition.or_else(|| pod.condition("Ready"))?;
        Some(Evidence::condition(pod.resource(), condition, "this router is not ready"))
    });
    let pods = if names.is_empty() {
        String::new()
    } else {
        format!("; not ready: {}", name_list_up_to(&names, 3))
    };
    let state = if full == Critical { "is unavailable" } else { "has too few replicas" };
    let summary = format!(
        "router Deployment {NAMESPACE}/router-{} {state}: {}{pods}",
        condition.controller,
        excerpt(&detail.message)
    );
    let subject =
        Subject::namespaced("Deployment", NAMESPACE, format!("router-{}", condition.controller));
    Finding::new(subject, summary, condition.evidence("reported by the ingress operator"))
        .severity(Persistence::of(cx, condition.since(), GRACE).severity(full))
        .since(condition.since())
        .keywords(condition.keywords())
        .keywords(detail.keywords())
        .keywords(names.join(" "))
        .evidence(more.map(|more| more.evidence("the number of available replicas")))
        .evidence(unready)
        .explains(Subject::cluster("ClusterOperator", "ingress"), "Deployment")
        .explains(Subject::namespaced("Route", "openshift-ingress-canary", "canary"), "")
        .run(format!("oc get pods -n {NAMESPACE} -o wide"))
        .run(format!("oc describe pods -n {NAMESPACE}"))
        .verify("oc get clusteroperator ingress")
}
