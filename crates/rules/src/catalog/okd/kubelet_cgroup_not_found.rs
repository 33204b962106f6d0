//! A network plugin that does not find the cgroup of the kubelet.
//!
//! # Why it matters
//!
//! From 4.18 on ovnkube-controller looks for the cgroup `kubelet.service` under the unified
//! hierarchy when it starts, and ends when there is none. Nodes that are still in cgroup v1 have
//! none there: their network pod crashes, and the rollout of the network, and with it the update,
//! hangs.
//!
//! # What to do
//!
//! Change the cluster to cgroup v2, node by node, before or during the update.
//!
//! # Blind spots
//!
//! Which version of cgroups a node uses is not in an archive; a kubelet that was started in another
//! way looks the same.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/2148>,
//!   <https://github.com/okd-project/okd-scos/issues/30>
//! - <https://github.com/ovn-kubernetes/ovn-kubernetes/issues/6734>

use mustknow_gather::kinds::{NODE_CONFIG, NodeConfig, POD};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, few};
use crate::meta::Releases;

/// What stopped longer ago is history.
const RECENT: Span = Span::hours(2);
/// A container that crashes says it at every start, twice.
const ENOUGH: u64 = 2;

static NOT_FOUND: LogPattern = LogPattern::new(
    "failed to find kubelet cgroup path",
    "openshift-ovn-kubernetes",
    "ovnkube-controller",
);

pub(super) static META: Meta = Meta {
    id: "okd/kubelet-cgroup-not-found",
    title: "a network plugin that does not find the cgroup of the kubelet",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(18, 20)),
    needs: &[Need::Log(&NOT_FOUND)],
    uses: &[Need::Kind(&POD), Need::Kind(&NODE_CONFIG)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let logged = Logged::recent(case, &NOT_FOUND, RECENT);
    let mut evidence = logged.evidence();
    let Some(first) = evidence.next().filter(|_| logged.count() >= ENOUGH) else {
        return Verdict::Healthy { examined: logged.examined(case) };
    };
    let places = logged.places(case);
    let config = case.find::<NodeConfig<'_>>("", "cluster").and_then(|config| {
        let mode = config.resource().text(&["spec", "cgroupMode"])?.into_owned();
        Some((config, mode))
    });
    let workload = Subject::namespaced("DaemonSet", "openshift-ovn-kubernetes", "ovnkube-node");
    let finding = Finding::new(
        Subject::cluster("Network", "cluster"),
        format!("ovnkube-controller finds no cgroup of the kubelet and ends: {}", few(&places)),
        first,
    )
    .why(
        "It looks for kubelet.service under the unified hierarchy of cgroups and cannot go on \
         without. Nodes in cgroup v1 have no such hierarchy.",
    )
    .since(logged.since())
    .saying("failed to find kubelet cgroup path ovnkube-node")
    .saying(places.join("\n"))
    .evidence(evidence)
    .evidence(config.iter().map(|(config, mode)| {
        let note = format!("the cluster asks for cgroup {mode}");
        Evidence::field(config.resource(), &["spec", "cgroupMode"], note)
    }))
    .explains(workload, "")
    .explains(Subject::cluster("ClusterOperator", "network"), "ovnkube-node")
    .remedy(
        Remedy::new("Change the cluster to cgroup v2.")
            .command("oc debug node/<node> -- chroot /host stat -fc %T /sys/fs/cgroup")
            .command(
                "oc patch node.config cluster --type=merge -p '{\"spec\":{\"cgroupMode\":\"v2\"}}'",
            )
            .before(
                "the node is in cgroup v1: the command prints tmpfs",
                Proof::ByHand(
                    "oc debug node/<node> -- chroot /host stat -fc %T /sys/fs/cgroup".to_owned(),
                ),
            )
            .side_effect("every node restarts")
            .verify("oc get pods -n openshift-ovn-kubernetes"),
    );
    let asks_for_v1 = config.is_some_and(|(_, mode)| mode == "v1");
    Verdict::Found(vec![if asks_for_v1 {
        finding
    } else {
        finding.likely("that the nodes are in cgroup v1 is inferred")
    }])
}
