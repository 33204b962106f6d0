//! `ovnkube-controller` that cannot find the kubelet cgroup.
//!
//! The archive does not show which cgroup version a node uses. A kubelet that was started in
//! another way causes the same error.
//!
//! - <https://github.com/okd-project/okd/issues/2148>,
//!   <https://github.com/okd-project/okd-scos/issues/30>
//! - <https://github.com/ovn-kubernetes/ovn-kubernetes/issues/6734>

use crate::catalog::prelude::*;

const NOT_FOUND: LogPattern = LogPattern::new(
    "failed to find kubelet cgroup path",
    "openshift-ovn-kubernetes",
    "ovnkube-controller",
);

pub(super) const RULE: Rule = rule(Error, Cause, releases(18, 20))
    .log(&[NOT_FOUND], Span::hours(2), finding)
    .reads(&[Need::Kind(&POD), Need::Kind(&NODE_CONFIG)])
    .at_once("the container exits with this error at every start")
    .even_while_installing("the cgroup version does not change by itself")
    .why(
        "Since 4.18, ovnkube-controller looks for the cgroup kubelet.service in the unified \
         hierarchy when it starts, and exits if there is none. Nodes that still use cgroup v1 \
         have none there: their network pod is crash-looping, and the rollout of the network, \
         and with it the update, is stuck.",
    )
    .fix("Change the cluster to cgroup v2, node by node, before or during the update.")
    .run(&["oc patch node.config cluster --type=merge -p '{\"spec\":{\"cgroupMode\":\"v2\"}}'"])
    .verify(&["oc get pods -n openshift-ovn-kubernetes"])
    .side_effects(&["every node restarts"])
    .before(&[(
        "the node uses cgroup v1: the command prints tmpfs",
        "oc debug node/{node} -- chroot /host stat -fc %T /sys/fs/cgroup",
    )]);

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    // A crash-looping container logs it twice at every start.
    if logged.count() < 2 {
        return None;
    }
    let places = logged.writers(cx);
    let config = cx.find::<NodeConfig<'_>>("", "cluster").map(NodeConfig::resource);
    let mode = config.and_then(|config| Some((config, config.text(&["spec", "cgroupMode"])?)));
    let asks_for_v1 = mode.as_ref().is_some_and(|(_, mode)| mode == "v1");
    let summary = format!(
        "ovnkube-controller exits because it cannot find the kubelet cgroup: {}",
        name_list(&places)
    );
    let daemon_set = Subject::namespaced("DaemonSet", "openshift-ovn-kubernetes", "ovnkube-node");
    let finding = logged
        .finding(Subject::cluster("Network", "cluster"), summary)?
        .with("node", logged.node_names(cx).first().cloned().unwrap_or_default())
        .keywords("failed to find kubelet cgroup path ovnkube-node")
        .keywords(places.join("\n"))
        .evidence(mode.map(|(config, mode)| {
            let note = format!("the cluster is configured for cgroup {mode}");
            Evidence::field(config, &["spec", "cgroupMode"], note)
        }))
        .explains(daemon_set, "")
        .explains(Subject::cluster("ClusterOperator", "network"), "ovnkube-node");
    let inferred = "that the nodes use cgroup v1 is inferred";
    Some(if asks_for_v1 { finding } else { finding.likely(inferred) })
}
