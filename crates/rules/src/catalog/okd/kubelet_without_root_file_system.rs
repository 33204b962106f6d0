//! Kubelet that does not start with cgroup v1 and a newer kernel.
//!
//! Only journals of control-plane nodes are collected by default. Their lines contain no year, so
//! they are used only while a node is not ready.
//!
//! - <https://github.com/okd-project/okd/issues/1793>,
//!   <https://github.com/okd-project/okd/issues/1798>

use crate::catalog::prelude::*;

/// How long a node may take to restart.
const RESTART: Span = Span::minutes(15);

const ENDED: LogPattern = LogPattern::new(
    "failed to get rootfs info: unable to find data in memory cache",
    "",
    "kubelet",
);

pub(super) const RULE: Rule = rule(Error, Cause, okd(14, 14))
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Log(&ENDED), Need::Kind(&NODE)])
    .grace(RESTART)
    .why(
        "The first releases of OKD 4.14 include a kernel with which the kubelet cannot get the \
         statistics of the root file system on a node with cgroup v1. The kubelet exits at \
         every start, and the node stays NotReady.",
    )
    .fix("Change the nodes to cgroup v2, or update to a later release of 4.14.")
    .run(&["oc patch node.config cluster --type=merge -p '{\"spec\":{\"cgroupMode\":\"v2\"}}'"])
    .verify(&["oc get nodes"])
    .side_effects(&["every node restarts"])
    .before(&[(
        "the nodes use cgroup v1",
        "oc debug node/<node> -- chroot /host cat /proc/cmdline",
    )]);

fn check(cx: &RuleContext<'_>) -> Checked {
    Checked::over(cx.snapshot().logs_scanned(&ENDED), finding(cx))
}

fn finding(cx: &RuleContext<'_>) -> Option<Finding> {
    let hits: Vec<_> = cx.log_hits(&ENDED).collect();
    // The journals are those of the control plane.
    let lost = lost_nodes(cx, RESTART, Node::is_control_plane);
    // A kubelet that exits at every start logs it repeatedly.
    if hits.iter().map(|hits| hits.count).sum::<u64>() < 3 || lost.is_empty() {
        return None;
    }
    let names: Vec<_> = lost.iter().map(|(node, _)| node.name()).collect();
    let summary = format!(
        "the kubelet exits at every start because it cannot get the statistics of the root file \
         system; not ready: {}",
        name_list(&names)
    );
    let mut evidence = hits.iter().map(|hits| Evidence::logged("", hits));
    let finding =
        Finding::new(Subject::cluster("Node service", "kubelet"), summary, evidence.next()?)
            .likely("the journal does not show which of the nodes wrote the lines")
            .since(lost.iter().filter_map(|(_, ready)| ready.since()).min())
            .keywords(names.join(" "))
            .evidence(evidence)
            .evidence(lost.iter().take(3).map(|(node, ready)| {
                Evidence::condition(node.resource(), *ready, "this node is not ready")
            }));
    let effects = lost.iter().map(|(node, _)| Subject::view(*node));
    Some(effects.fold(finding, |finding, node| finding.explains(node, "")))
}
