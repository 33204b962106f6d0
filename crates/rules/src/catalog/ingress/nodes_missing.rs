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

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .condition(
        &[(&OPERATOR_AUTHENTICATION, "authentication")],
        &["ReadyIngressNodesAvailable"],
        finding,
    )
    .reads(&[Need::Kind(&NODE)])
    // The only worker node may be unavailable while it restarts.
    .note_until(Span::minutes(10))
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

fn finding(bad: &OperatorCondition<'_>) -> Option<Finding> {
    let counted = bad.state.message.split_once("Got ").map_or("", |(_, counted)| counted);
    let counted = match counted.split(" (").next() {
        None | Some("") => String::new(),
        Some(counted) => format!(": the operator counts {}", excerpt(counted)),
    };
    let nodes = bad.cx.all::<Node<'_>>();
    let unready: Vec<_> =
        nodes.filter(|node| !node.is_ready() && !node.is_control_plane()).collect();
    let names: Vec<_> = unready.iter().map(|node| node.name()).collect();
    let evidence = unready.iter().take(3).filter_map(|node| {
        let ready = node.condition("Ready")?;
        Some(Evidence::condition(node.resource(), ready, "this node is not ready"))
    });
    let routers = Subject::namespaced("Deployment", "openshift-ingress", "router-default");
    let summary = format!("no ready node for routers to run on{counted}");
    let finding = bad
        .finding_about(routers.clone(), summary)
        .evidence(evidence)
        .keywords(names.join(" "))
        .explains(Subject::cluster("ClusterOperator", "authentication"), "ReadyIngressNodes")
        .explains(Subject::cluster("ClusterOperator", "ingress"), "cannot be scheduled")
        .explains(routers, "Deployment");
    Some(finding)
}
