//! No node for the routers to run on.
//!
//! # Why it matters
//!
//! Routers run on worker nodes, on control-plane nodes where those may run workloads, or on the
//! nodes that the `IngressController` selects. Where none of these is there or ready, no route is
//! reached, and the login and the console are unavailable.
//!
//! # What to do
//!
//! Bring a worker node back, let the control plane run workloads, or correct the placement of the
//! `IngressController`.
//!
//! # Blind spots
//!
//! The authentication operator counts nodes by role and readiness only; nodes that taints keep
//! routers from count for it. Less than ten minutes are told as information only.
//!
//! # References
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/controllers/ingressnodesavailable/ingress_nodes_available_controller.go`
//!   (`NoReadyIngressNodes`)

use mustknow_gather::kinds::{NODE, Node, OPERATOR_AUTHENTICATION};

use crate::catalog::prelude::*;
use crate::facts::{Patience, Report, Reported, excerpt};

/// How long the only worker may be away while it restarts.
const GRACE: Span = Span::minutes(10);
/// How many nodes one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "ingress/nodes-missing",
    title: "routers without a node to run on",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_AUTHENTICATION), Need::Kind(&NODE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let name = "ReadyIngressNodesAvailable";
    Report::of(case, &OPERATOR_AUTHENTICATION, "authentication", name).verdict(
        &OPERATOR_AUTHENTICATION,
        "authentication",
        |reported| Some(finding(case, &reported)),
    )
}

fn finding(case: &Case<'_>, reported: &Reported<'_>) -> Finding {
    let counted = reported.message.split_once("Got ").map_or("", |(_, counted)| counted);
    let counted = counted.split(" (").next().unwrap_or_default();
    let counted = if counted.is_empty() {
        String::new()
    } else {
        format!(": the operator counts {}", excerpt(counted))
    };
    let unready: Vec<_> = case
        .all::<Node<'_>>()
        .filter(|node| !node.is_ready() && !node.is_control_plane())
        .collect();
    let names: Vec<_> = unready.iter().map(|node| node.name()).collect();
    let evidence = unready.iter().take(SHOWN).filter_map(|node| {
        let ready = node.condition("Ready")?;
        Some(Evidence::condition(node.resource(), ready, "this node is not ready"))
    });
    let routers = Subject::namespaced("Deployment", "openshift-ingress", "router-default");
    reported
        .finding(routers.clone(), format!("no node is ready for routers to run on{counted}"))
        .severity(Patience::of(case, reported.since(), GRACE).severity(META.severity))
        .evidence(evidence)
        .saying(names.join(" "))
        .why(
            "Without routers no route is reached, so the login, the console and applications are \
             unavailable from outside.",
        )
        .explains(Subject::cluster("ClusterOperator", "authentication"), "ReadyIngressNodes")
        .explains(Subject::cluster("ClusterOperator", "ingress"), "cannot be scheduled")
        .explains(routers, "Deployment")
        .remedy(
            Remedy::new(
                "Bring a worker node back, let the control plane run workloads, or correct the \
                 placement of the IngressController.",
            )
            .command("oc get nodes -o wide")
            .command("oc get ingresscontroller default -n openshift-ingress-operator -o yaml")
            .verify("oc get pods -n openshift-ingress -o wide"),
        )
}
