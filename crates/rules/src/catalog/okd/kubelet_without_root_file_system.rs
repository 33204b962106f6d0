//! A kubelet that does not start because of cgroup v1 and a newer kernel.
//!
//! # Why it matters
//!
//! The first releases of OKD 4.14 bring a kernel with which the kubelet finds no statistics of the
//! root file system while the node is in cgroup v1. It ends at every start, and the node stays
//! NotReady.
//!
//! # What to do
//!
//! Change the nodes to cgroup v2, or go to a later release of 4.14.
//!
//! # Blind spots
//!
//! Only journals of control-plane nodes are collected by default. Their lines carry no year, so they
//! count only while a node is not ready.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1793>,
//!   <https://github.com/okd-project/okd/issues/1798>

use mustknow_gather::kinds::{Condition, NODE, Node};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::few;
use crate::meta::Releases;

/// How long a node may take to restart.
const RESTART: Span = Span::minutes(15);
/// A kubelet that ends at every start says it again and again.
const ENOUGH: u64 = 3;

static ENDED: LogPattern = LogPattern::new(
    "failed to get rootfs info: unable to find data in memory cache",
    "",
    "kubelet",
);

pub(super) static META: Meta = Meta {
    id: "okd/kubelet-without-root-file-system",
    title: "a kubelet that does not start because of cgroup v1",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::okd(14, 14)),
    needs: &[Need::Log(&ENDED), Need::Kind(&NODE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let hits: Vec<_> = case.log_hits(&ENDED).collect();
    let lines: u64 = hits.iter().map(|hits| hits.count).sum();
    let lost: Vec<_> = case
        .all::<Node<'_>>()
        // The journals are those of the control plane.
        .filter(|node| {
            let since = node.condition("Ready").filter(|c| !c.is_true()).and_then(Condition::since);
            node.is_control_plane() && case.is_older(since, RESTART)
        })
        .collect();
    let mut evidence = hits.iter().map(|hits| Evidence::logged(ENDED.namespace, hits));
    let first = evidence.next().filter(|_| lines >= ENOUGH && !lost.is_empty());
    let Some(first) = first else {
        return Verdict::Healthy { examined: case.snapshot().logs_scanned(&ENDED) };
    };
    let names: Vec<_> = lost.iter().map(|node| node.name()).collect();
    let finding = Finding::new(
        Subject::cluster("Node service", "kubelet"),
        format!(
            "the kubelet ends at every start because it finds no statistics of the root file \
             system; not ready: {}",
            few(&names)
        ),
        first,
    )
    .likely("the journal does not say which of the nodes wrote the lines")
    .why(
        "With the kernel of this release and cgroup v1 the kubelet finds no statistics of the root \
         file system, and ends.",
    )
    .since(lost.iter().filter_map(|node| node.condition("Ready")?.since()).min())
    .saying(names.join(" "))
    .evidence(evidence)
    .evidence(lost.iter().take(3).filter_map(|node| {
        let ready = node.condition("Ready")?;
        Some(Evidence::condition(node.resource(), ready, "this node is not ready"))
    }))
    .remedy(
        Remedy::new("Change the nodes to cgroup v2, or go to a later release of 4.14.")
            .command(
                "oc patch node.config cluster --type=merge -p '{\"spec\":{\"cgroupMode\":\"v2\"}}'",
            )
            .before(
                "the nodes are in cgroup v1",
                Proof::ByHand("oc debug node/<node> -- chroot /host cat /proc/cmdline".to_owned()),
            )
            .side_effect("every node restarts")
            .verify("oc get nodes"),
    );
    let finding =
        lost.iter().fold(finding, |finding, node| finding.explains(Subject::view(*node), ""));
    Verdict::Found(vec![finding])
}
