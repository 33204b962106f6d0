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

const NAMESPACE: &str = "openshift-ingress";

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER), Need::Kind(&POD)])
    .check(check)
    // Routers may be unavailable while they are replaced.
    .note_until(Span::minutes(5))
    .why(
        "All routes of the cluster pass through the router pods. Without them nothing is \
         reachable from outside: no application, no console, no OAuth server.",
    )
    .fix(
        "If the message reports that pods cannot be scheduled, free up capacity for them: each \
         router on the host network needs its own node. Otherwise check the logs of the pods.",
    )
    .run(&["oc get pods -n {namespace} -o wide", "oc describe pods -n {namespace}"])
    .verify(&["oc get clusteroperator ingress"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let none = IngressConditions::of(cx, "DeploymentAvailable")?;
    let few = IngressConditions::of(cx, "DeploymentReplicasMinAvailable")?;
    let down = none.false_ones().map(|it| {
        finding(cx, it, few.of_same(it).unwrap_or(it), "is unavailable").severity(Critical)
    });
    let short = few
        .false_ones()
        .filter(|it| none.of_same(it).is_none())
        .map(|it| finding(cx, it, it, "has too few replicas").severity(Error));
    Ok(Checked::over(none.examined, down.chain(short)))
}

/// A finding about the routers of `condition`; `detail` is the condition that counts their replicas.
fn finding(
    cx: &RuleContext<'_>,
    condition: &IngressCondition<'_>,
    detail: &IngressCondition<'_>,
    state: &str,
) -> Finding {
    let name = format!("router-{}", condition.controller);
    let prefix = format!("{name}-");
    let waiting: Vec<Pod<'_>> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with(&prefix) && !pod.is_ready() && !pod.is_finished())
        .collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let unready = waiting.iter().take(3).filter_map(|pod| {
        let scheduled = pod.condition("PodScheduled").filter(|it| it.is_false());
        let condition = scheduled.or_else(|| pod.condition("Ready"))?;
        Some(Evidence::condition(pod.resource(), condition, "this router is not ready"))
    });
    let pods = match names.as_slice() {
        [] => String::new(),
        names => format!("; not ready: {}", name_list_up_to(names, 3)),
    };
    let summary =
        format!("router Deployment {NAMESPACE}/{name} {state}: {}{pods}", excerpt(&detail.message));
    condition
        .finding(Subject::namespaced("Deployment", NAMESPACE, name), &summary, "Deployment")
        .keywords(detail.keywords())
        .keywords(names.join(" "))
        .evidence(unready)
        .explains(Subject::namespaced("Route", "openshift-ingress-canary", "canary"), "")
}
