//! `ovnkube-controller` that cannot find the kubelet cgroup.
//!
//! The archive does not show which cgroup version a node uses. A kubelet that was started in
//! another way causes the same error.
//!
//! - <https://github.com/okd-project/okd/issues/2148>,
//!   <https://github.com/okd-project/okd-scos/issues/30>
//! - <https://github.com/ovn-kubernetes/ovn-kubernetes/issues/6734>

use crate::catalog::prelude::*;

/// Older lines are ignored.
const RECENT: Span = Span::hours(2);
/// A crash-looping container logs it twice at every start.
const ENOUGH: u64 = 2;

const NOT_FOUND: LogPattern = LogPattern::new(
    "failed to find kubelet cgroup path",
    "openshift-ovn-kubernetes",
    "ovnkube-controller",
);

pub(super) const RULE: Rule = rule(Error, Cause, releases(18, 20))
    .needs(&[Need::Log(&NOT_FOUND)])
    .reads(&[Need::Kind(&POD), Need::Kind(&NODE_CONFIG)])
    .check(check)
    .why(
        "Since 4.18, ovnkube-controller looks for the cgroup kubelet.service in the unified \
         hierarchy when it starts, and exits if there is none. Nodes that still use cgroup v1 \
         have none there: their network pod is crash-looping, and the rollout of the network, \
         and with it the update, is stuck.",
    )
    .fix("Change the cluster to cgroup v2, node by node, before or during the update.")
    .run(&[
        "oc debug node/<node> -- chroot /host stat -fc %T /sys/fs/cgroup",
        "oc patch node.config cluster --type=merge -p '{\"spec\":{\"cgroupMode\":\"v2\"}}'",
    ])
    .verify(&["oc get pods -n openshift-ovn-kubernetes"])
    .side_effects(&["every node restarts"])
    .before(&[(
        "the node uses cgroup v1: the command prints tmpfs",
        "oc debug node/<node> -- chroot /host stat -fc %T /sys/fs/cgroup",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let logged = LogOccurrences::recent(cx, &NOT_FOUND, RECENT);
    let mut evidence = logged.evidence();
    let Some(first) = evidence.next().filter(|_| logged.count() >= ENOUGH) else {
        return Ok(Checked::over(logged.examined(cx), None));
    };
    let places = logged.writers(cx);
    let config = cx.find::<NodeConfig<'_>>("", "cluster").and_then(|config| {
        let mode = config.resource().text(&["spec", "cgroupMode"])?.into_owned();
        Some((config, mode))
    });
    let workload = Subject::namespaced("DaemonSet", "openshift-ovn-kubernetes", "ovnkube-node");
    let finding = Finding::new(
        Subject::cluster("Network", "cluster"),
        format!(
            "ovnkube-controller exits because it cannot find the kubelet cgroup: {}",
            name_list(&places)
        ),
        first,
    )
    .since(logged.since())
    .keywords("failed to find kubelet cgroup path ovnkube-node")
    .keywords(places.join("\n"))
    .evidence(evidence)
    .evidence(config.iter().map(|(config, mode)| {
        let note = format!("the cluster is configured for cgroup {mode}");
        Evidence::field(config.resource(), &["spec", "cgroupMode"], note)
    }))
    .explains(workload, "")
    .explains(Subject::cluster("ClusterOperator", "network"), "ovnkube-node");
    let asks_for_v1 = config.is_some_and(|(_, mode)| mode == "v1");
    Ok(Checked::over(
        1,
        vec![if asks_for_v1 {
            finding
        } else {
            finding.likely("that the nodes use cgroup v1 is inferred")
        }],
    ))
}
