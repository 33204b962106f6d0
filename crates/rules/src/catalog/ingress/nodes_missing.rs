//! Routers without a ready node to run on.
//!
//! # Why it matters
//!
//! Routers run on worker nodes, on control-plane nodes if these are schedulable, or on the nodes
//! that the `IngressController` selects. If none of these nodes exists or is ready, no route is
//! reachable, and the OAuth server and the console are unavailable.
//!
//! # What to do
//!
//! Restore a worker node, make the control-plane nodes schedulable, or correct the placement of the
//! `IngressController`.
//!
//! # Blind spots
//!
//! The authentication operator counts nodes only by role and readiness. It also counts nodes with
//! taints that keep routers away. A condition that has lasted for less than ten minutes is reported
//! as informational only.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/ingressnodesavailable/ingress_nodes_available_controller.go`
//!   (`NoReadyIngressNodes`)

use mustknow_cluster::model::kinds::{NODE, OPERATOR_AUTHENTICATION};
use mustknow_cluster::views::Node;

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};
use crate::signals::{ConditionReport, ConditionState};

/// How long the only worker node may be unavailable while it restarts.
const GRACE: Span = Span::minutes(10);
/// How many nodes one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "ingress/nodes-missing",
    title: "routers without a ready node to run on",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION), Need::Kind(&NODE)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let name = "ReadyIngressNodesAvailable";
    ConditionReport::of(cx, &OPERATOR_AUTHENTICATION, "authentication", name).verdict(
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
        .severity(Persistence::of(cx, reported.since(), GRACE).severity(META.severity))
        .evidence(evidence)
        .keywords(names.join(" "))
        .why(
            "Without routers no route is reachable, so the OAuth server, the console and \
             applications are unavailable from outside.",
        )
        .explains(Subject::cluster("ClusterOperator", "authentication"), "ReadyIngressNodes")
        .explains(Subject::cluster("ClusterOperator", "ingress"), "cannot be scheduled")
        .explains(routers, "Deployment")
        .remedy(
            Remedy::new(
                "Restore a worker node, make the control-plane nodes schedulable, or correct the \
                 placement of the IngressController.",
            )
            .command("oc get nodes -o wide")
            .command("oc get ingresscontroller default -n openshift-ingress-operator -o yaml")
            .verify("oc get pods -n openshift-ingress -o wide"),
        )
}
