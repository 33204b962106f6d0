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
/// A kubelet that exits at every start logs it repeatedly.
const ENOUGH: u64 = 3;

const ENDED: LogPattern = LogPattern::new(
    "failed to get rootfs info: unable to find data in memory cache",
    "",
    "kubelet",
);

pub(super) const RULE: Rule = rule(Error, Cause, okd(14, 14))
    .needs(&[Need::Log(&ENDED), Need::Kind(&NODE)])
    .check(check)
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

fn check(cx: &RuleContext<'_>) -> Judged {
    let hits: Vec<_> = cx.log_hits(&ENDED).collect();
    let lines: u64 = hits.iter().map(|hits| hits.count).sum();
    let lost: Vec<_> = cx
        .all::<Node<'_>>()
        // The journals are those of the control plane.
        .filter(|node| {
            let since = node.condition("Ready").filter(|c| !c.is_true()).and_then(Condition::since);
            node.is_control_plane() && cx.is_older(since, RESTART)
        })
        .collect();
    let mut evidence = hits.iter().map(|hits| Evidence::logged(ENDED.namespace, hits));
    let first = evidence.next().filter(|_| lines >= ENOUGH && !lost.is_empty());
    let Some(first) = first else {
        return Ok(Checked::over(cx.snapshot().logs_scanned(&ENDED), None));
    };
    let names: Vec<_> = lost.iter().map(|node| node.name()).collect();
    let finding = Finding::new(
        Subject::cluster("Node service", "kubelet"),
        format!(
            "the kubelet exits at every start because it cannot get the statistics of the root \
             file system; not ready: {}",
            name_list(&names)
        ),
        first,
    )
    .likely("the journal does not show which of the nodes wrote the lines")
    .since(lost.iter().filter_map(|node| node.condition("Ready")?.since()).min())
    .keywords(names.join(" "))
    .evidence(evidence)
    .evidence(lost.iter().take(3).filter_map(|node| {
        let ready = node.condition("Ready")?;
        Some(Evidence::condition(node.resource(), ready, "this node is not ready"))
    }));
    let finding =
        lost.iter().fold(finding, |finding, node| finding.explains(Subject::view(*node), ""));
    Ok(Checked::over(1, vec![finding]))
}
