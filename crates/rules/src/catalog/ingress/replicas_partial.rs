//! Missing router replica for more than an hour.
//!
//! The first hour is not reported, because the ingress operator itself tolerates it. Fewer routers
//! than the required minimum are reported by `ingress/no-replicas`.
//!
//! - openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go`
//!   (`DeploymentReplicasNotAvailable`, grace period of 60 minutes)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[Need::Kind(&INGRESS_CONTROLLER)])
    .check(check)
    // The operator itself tolerates missing replicas for an hour.
    .grace(Span::minutes(60))
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
    let all = IngressConditions::of(cx, "DeploymentReplicasAllAvailable")?;
    let few = IngressConditions::of(cx, "DeploymentReplicasMinAvailable")?;
    let scheduled = IngressConditions::of(cx, "PodsScheduled")?;
    let partial = all.false_ones().filter(|it| few.of_same(it).is_none());
    let finding = |it: &IngressCondition<'_>| {
        let unscheduled = scheduled.bad.iter().find(|other| other.controller == it.controller);
        finding(it).evidence(unscheduled.map(|other| other.evidence(excerpt(&other.message))))
    };
    Ok(Checked::over(all.examined, partial.map(finding)))
}

fn finding(condition: &IngressCondition<'_>) -> Finding {
    let name = format!("router-{}", condition.controller);
    let summary = format!(
        "router Deployment openshift-ingress/{name} has been missing replicas for more than an \
         hour: {}",
        excerpt(&condition.message)
    );
    let routers = Subject::namespaced("Deployment", "openshift-ingress", name);
    condition.finding(routers, &summary, "DeploymentReplicasAllAvailable")
}
