//! Network interface MTU too small for the cluster network.
//!
//! Only the log line with which the pod refuses to start is read. A smaller MTU on the path between
//! two nodes causes connections that hang, and no log lines.
//!
//! - ovn-org/ovn-kubernetes `go-controller/pkg/node/default_node_network_controller.go`
//!   (`validateVTEPInterfaceMTU`)
//! - openshift/sdn `pkg/network/node/node.go`

use crate::catalog::prelude::*;

const TOO_SMALL: LogPattern =
    LogPattern::new("is too small for specified overlay MTU", "openshift-ovn-kubernetes", "")
        .or_in(&[LogSource::container("openshift-sdn", "")]);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .log(&[TOO_SMALL], Span::hours(2), finding)
    .reads(&[Need::Kind(&POD)])
    .at_once("the pod exits with this error, and a pod that is ready again is left out")
    .even_while_installing("the MTU of an interface does not change by itself")
    .why(
        "The cluster network encapsulates each packet that it sends to another node, so the MTU \
         of the host interface must be larger than the MTU of the cluster network. If it is \
         not, the network pod of the node refuses to start, and the node has no network.",
    )
    .fix(
        "Increase the MTU of the host interface, or decrease the MTU of the cluster network \
         with the documented migration procedure.",
    )
    .run(&[
        "oc get networks.config.openshift.io cluster -o yaml",
        "oc debug node/{node} -- chroot /host ip link show",
    ])
    .verify(&["oc get pods -n {namespace} -o wide"]);

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let logged = logged.of_pods(cx, |_, pod| !pod.is_some_and(Pod::is_ready));
    let first = logged.hits.first()?;
    let line = first.last.text.as_str();
    let detail = [" MTU (", "interface MTU ("].iter().filter_map(|start| line.find(start)).min();
    let detail = excerpt(detail.and_then(|at| line.get(at..)).unwrap_or(line));
    let places = logged.writers(cx);
    let summary = format!("the cluster network does not start in {}: {detail}", name_list(&places));
    let name = if &*first.namespace == "openshift-sdn" { "sdn" } else { "ovnkube-node" };
    let subject = Subject::namespaced("DaemonSet", &*first.namespace, name);
    Some(
        logged
            .finding(subject.clone(), summary)?
            .with("node", logged.node_names(cx).first().cloned().unwrap_or_default())
            .keywords(places.join(" "))
            .explains(Subject::cluster("ClusterOperator", "network"), name)
            .explains(subject, name),
    )
}
