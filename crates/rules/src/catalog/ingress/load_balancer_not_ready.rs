//! Ingress load balancer not provisioned by the cloud provider.
//!
//! This rule relies on what the ingress operator reports about the Service. A load balancer that
//! exists but does not forward traffic is reported by `ingress/canary-failing`.
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go` (grace period of
//!   90 seconds)

use crate::catalog::prelude::*;

/// How long a cloud provider may take.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .check(check)
    .why(
        "Without the load balancer the routers have no address outside the cluster, and the \
         wildcard DNS record has no target. No route is reachable.",
    )
    .fix(
        "Check the events of Service router-<name> in openshift-ingress and the log of the \
         cloud controller manager for problems with quota, credentials, subnets or tags.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let (ready, managed) = match (
        IngressConditions::of(cx, "LoadBalancerReady"),
        IngressConditions::of(cx, "LoadBalancerManaged"),
    ) {
        (Ok(ready), Ok(managed)) => (ready, managed),
        (Err(gap), _) | (_, Err(gap)) => return Err(NotJudged::from(gap)),
    };
    let is_managed = |condition: &IngressCondition<'_>| {
        !managed.bad.iter().any(|other| other.controller == condition.controller)
    };
    let findings = ready
        .bad
        .iter()
        .filter(|condition| condition.is_false && is_managed(condition))
        .map(|condition| finding(cx, condition));
    Ok(Checked::over(ready.examined, findings))
}

fn finding(cx: &RuleContext<'_>, condition: &IngressCondition<'_>) -> Finding {
    let name = format!("router-{}", condition.controller);
    let summary = format!(
        "load balancer of Service openshift-ingress/{name} is not ready: {} {}",
        condition.reason,
        excerpt(&condition.message)
    );
    Finding::new(
        Subject::namespaced("Service", "openshift-ingress", name.clone()),
        summary.trim_end().to_owned(),
        condition.evidence("the ingress operator waits for this condition"),
    )
    .severity(Persistence::of(cx, condition.since(), GRACE).severity(Error))
    .since(condition.since())
    .keywords(condition.keywords())
    .explains(Subject::cluster("ClusterOperator", "ingress"), "LoadBalancerReady")
    .explains(Subject::namespaced("Route", "openshift-ingress-canary", "canary"), "")
    .run(format!("oc describe service {name} -n openshift-ingress"))
    .run("oc logs -n openshift-cloud-controller-manager -l k8s-app --tail=200")
    .verify(format!("oc get service {name} -n openshift-ingress"))
}
