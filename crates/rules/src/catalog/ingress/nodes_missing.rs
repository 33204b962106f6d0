//! Routers without a ready node to run on.
//!
//! The authentication operator counts nodes only by role and readiness. It also counts nodes with
//! taints that keep routers away. A condition that has lasted for less than ten minutes is reported
//! as informational only.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/ingressnodesavailable/ingress_nodes_available_controller.go`
//!   (`NoReadyIngressNodes`)

use crate::catalog::prelude::*;

/// How long the only worker node may be unavailable while it restarts.
const GRACE: Span = Span::minutes(10);
/// How many nodes one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .reads(&[Need::Kind(&OPERATOR_AUTHENTICATION), Need::Kind(&NODE)])
    .check(check)
    .why(
        "Routers run on worker nodes, on control-plane nodes if these are schedulable, or on \
         the nodes that the IngressController selects. If none of these nodes exists or is \
         ready, no route is reachable, and the OAuth server and the console are unavailable.",
    )
    .fix(
        "Restore a worker node, make the control-plane nodes schedulable, or correct the \
         placement of the IngressController.",
    )
    .run(&[
        "oc get nodes -o wide",
        "oc get ingresscontroller default -n openshift-ingress-operator -o yaml",
    ])
    .verify(&["oc get pods -n openshift-ingress -o wide"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let name = "ReadyIngressNodesAvailable";
    ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, "authentication", name).judge(
        &OPERATOR_AUTHENTICATION,
        "authentication",
        |reported| Some(finding(cx, &reported)),
    )
}

fn finding(cx: &RuleContext<'_>, reported: &ConditionState<'_>) -> Finding {
    let counted = reported.message.split_once("Got ").map_or("", |(_, counted)| counted);
    let counted = counted.split(" (").next().unwrap_or_default();
    let counted = if counted.is_empty() {
        String::new()
    } else {
        format!(": the operator counts {}", excerpt(counted))
    };
    let unready: Vec<_> =
        cx.all::<Node<'_>>().filter(|node| !node.is_ready() && !node.is_control_plane()).collect();
    let names: Vec<_> = unready.iter().map(|node| node.name()).collect();
    let evidence = unready.iter().take(SHOWN).filter_map(|node| {
        let ready = node.condition("Ready")?;
        Some(Evidence::condition(node.resource(), ready, "this node is not ready"))
    });
    let routers = Subject::namespaced("Deployment", "openshift-ingress", "router-default");
    reported
        .finding(routers.clone(), format!("no ready node for routers to run on{counted}"))
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(RULE.meta.severity))
        .evidence(evidence)
        .keywords(names.join(" "))
        .explains(Subject::cluster("ClusterOperator", "authentication"), "ReadyIngressNodes")
        .explains(Subject::cluster("ClusterOperator", "ingress"), "cannot be scheduled")
        .explains(routers, "Deployment")
}
