//! Kubelet that does not start with cgroup v1 and a newer kernel.
//!
//! # Why it matters
//!
//! The first releases of OKD 4.14 include a kernel with which the kubelet cannot get the statistics
//! of the root file system on a node with cgroup v1. The kubelet exits at every start, and the node
//! stays NotReady.
//!
//! # What to do
//!
//! Change the nodes to cgroup v2, or update to a later release of 4.14.
//!
//! # Blind spots
//!
//! Only journals of control-plane nodes are collected by default. Their lines contain no year, so
//! they are used only while a node is not ready.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1793>,
//!   <https://github.com/okd-project/okd/issues/1798>

use mustknow_cluster::model::kinds::NODE;
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::views::{Condition, Node};

use crate::catalog::prelude::*;
use crate::engine::meta::Releases;
use crate::engine::name_list;

/// How long a node may take to restart.
const RESTART: Span = Span::minutes(15);
/// A kubelet that exits at every start logs it repeatedly.
const ENOUGH: u64 = 3;

static ENDED: LogPattern = LogPattern::new(
    "failed to get rootfs info: unable to find data in memory cache",
    "",
    "kubelet",
);

pub(super) static META: Meta = Meta {
    id: "okd/kubelet-without-root-file-system",
    title: "kubelet that does not start with cgroup v1 and a newer kernel",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::okd(14, 14)),
    needs: &[Need::Log(&ENDED), Need::Kind(&NODE)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
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
        return Verdict::Healthy { examined: cx.snapshot().logs_scanned(&ENDED) };
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
    .why(
        "With the kernel of this release and cgroup v1, the kubelet cannot get the statistics of \
         the root file system and exits.",
    )
    .since(lost.iter().filter_map(|node| node.condition("Ready")?.since()).min())
    .keywords(names.join(" "))
    .evidence(evidence)
    .evidence(lost.iter().take(3).filter_map(|node| {
        let ready = node.condition("Ready")?;
        Some(Evidence::condition(node.resource(), ready, "this node is not ready"))
    }))
    .remedy(
        Remedy::new("Change the nodes to cgroup v2, or update to a later release of 4.14.")
            .command(
                "oc patch node.config cluster --type=merge -p '{\"spec\":{\"cgroupMode\":\"v2\"}}'",
            )
            .precondition(
                "the nodes use cgroup v1",
                Proof::ByHand("oc debug node/<node> -- chroot /host cat /proc/cmdline".to_owned()),
            )
            .side_effect("every node restarts")
            .verify("oc get nodes"),
    );
    let finding =
        lost.iter().fold(finding, |finding, node| finding.explains(Subject::view(*node), ""));
    Verdict::Found(vec![finding])
}
