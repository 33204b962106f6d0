//! Missing router replica for more than an hour.
//!
//! The first hour is not reported, because the ingress operator itself tolerates it. Fewer routers
//! than the required minimum are reported by `ingress/no-replicas`.
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go`
//!   (`DeploymentReplicasNotAvailable`, grace period of 60 minutes)

use crate::catalog::prelude::*;

/// How long the operator itself tolerates missing replicas.
const GRACE: Span = Span::minutes(60);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .check(check)
    .why(
        "The remaining routers carry the traffic without redundancy. After an hour the ingress \
         operator becomes degraded, and an update does not continue.",
    )
    .fix(
        "In most cases there are fewer nodes for routers than requested replicas, because each \
         router on the host network needs its own node. Reduce the number of replicas or add a \
         node.",
    )
    .run(&["oc get pods -n openshift-ingress -o wide"])
    .verify(&["oc get clusteroperator ingress"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let (all, few) = match (
        IngressConditions::of(cx, "DeploymentReplicasAllAvailable"),
        IngressConditions::of(cx, "DeploymentReplicasMinAvailable"),
    ) {
        (Ok(all), Ok(few)) => (all, few),
        (Err(gap), _) | (_, Err(gap)) => return Err(NotJudged::from(gap)),
    };
    let is_worse = |condition: &IngressCondition<'_>| {
        few.bad.iter().any(|other| other.is_false && other.controller == condition.controller)
    };
    let findings = all
        .bad
        .iter()
        .filter(|condition| {
            condition.is_false && !is_worse(condition) && cx.is_older(condition.since(), GRACE)
        })
        .map(|condition| finding(cx, condition));
    Ok(Checked::over(all.examined, findings))
}

fn finding(cx: &RuleContext<'_>, condition: &IngressCondition<'_>) -> Finding {
    let unscheduled = IngressConditions::of(cx, "PodsScheduled")
        .map(|ingress| ingress.bad)
        .unwrap_or_default()
        .into_iter()
        .find(|other| other.controller == condition.controller);
    let name = format!("router-{}", condition.controller);
    let summary = format!(
        "router Deployment openshift-ingress/{name} has been missing replicas for more than an \
         hour: {}",
        excerpt(&condition.message)
    );
    Finding::new(
        Subject::namespaced("Deployment", "openshift-ingress", name),
        summary,
        condition.evidence("reported by the ingress operator"),
    )
    .since(condition.since())
    .keywords(condition.keywords())
    .evidence(unscheduled.map(|other| other.evidence(excerpt(&other.message))))
    .explains(Subject::cluster("ClusterOperator", "ingress"), "DeploymentReplicasAllAvailable")
}
