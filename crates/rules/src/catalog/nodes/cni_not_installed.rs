//! A cluster without a network plugin.
//!
//! # Why it matters
//!
//! A cluster of kubeadm comes without a network for its pods. Until one is installed every node
//! says that it is not ready, and CoreDNS waits with everything else.
//!
//! # What to do
//!
//! Install a network plugin whose range of addresses is the `podSubnet` of the cluster.
//!
//! # Blind spots
//!
//! A plugin that is not run by a DaemonSet does not show; a cluster that uses one is not told from
//! one that has none.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/runtime.go` (`container runtime network not ready`)
//! - kubernetes/website
//!   `content/en/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm.md`

use mustknow_gather::kinds::{
    DAEMON_SET, DEPLOYMENT, NODE, Node, STATEFUL_SET, Workload, WorkloadKind,
};

use crate::catalog::prelude::*;
use crate::facts::{Patience, client, count};

/// How long the first steps of a cluster may take.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "nodes/cni-not-installed",
    title: "no network plugin for its pods",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Plain,
    needs: &[Need::Kind(&NODE), Need::Kind(&DAEMON_SET)],
    uses: &[Need::Kind(&DEPLOYMENT), Need::Kind(&STATEFUL_SET)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let searched = match case.prove_whole(&DAEMON_SET, "kube-system") {
        Ok(searched) => searched,
        Err(missing) => return Verdict::Unknown(Gap::missing(&missing)),
    };
    let nodes: Vec<_> = case.all::<Node<'_>>().collect();
    let bare: Vec<_> = nodes
        .iter()
        .filter_map(|node| Some((*node, node.condition("Ready")?)))
        .filter(|(_, ready)| {
            let message = ready.message();
            let words = ["NetworkPluginNotReady", "cni plugin not initialized", "cni config"];
            ready.is_false() && words.iter().any(|word| message.contains(word))
        })
        .collect();
    // Names of DaemonSets are many, but a cluster without a plugin has none besides the proxy.
    let daemons = case
        .all::<Workload<'_>>()
        .filter(|workload| workload.kind() == WorkloadKind::DaemonSet)
        .map(|workload| workload.resource().name())
        .collect::<Vec<_>>();
    let has_others = daemons.iter().any(|name| !name.starts_with("kube-proxy"));
    let Some((first, ready)) = bare.first().filter(|_| bare.len() == nodes.len() && !has_others)
    else {
        return Verdict::over(nodes.len(), Vec::new(), "no node in the archive");
    };
    let since = bare.iter().filter_map(|(_, ready)| ready.since()).min();
    let summary = format!(
        "no network plugin is installed, so {} not ready",
        match bare.len() {
            1 => format!("node {} is", first.name()),
            many => format!("all {} are", count(many, "node")),
        }
    );
    let what = Subject::namespaced("DaemonSet", "kube-system", "of a network plugin");
    let head = Evidence::condition(first.resource(), *ready, "the kubelet waits for a network");
    let finding = Finding::new(Subject::cluster("Nodes", "network plugin"), summary, head)
        .since(since)
        .evidence([Evidence::missing(what, &searched)])
        .likely("that no plugin runs by other means than a DaemonSet was inferred")
        .why(
            "The kubelet waits for a CNI configuration, which the plugin's pod writes on each \
             node. No DaemonSet but kube-proxy is there that could.",
        )
        .remedy(
            Remedy::new("Install a network plugin for the podSubnet of the cluster.")
                .command(format!(
                    "{} get configmap kubeadm-config -n kube-system -o yaml",
                    client(case)
                ))
                .verify(format!("{} get nodes", client(case))),
        );
    let finding = bare.iter().fold(finding, |finding, (node, _)| {
        finding.explains(Subject::view(*node), "NetworkReady=false")
    });
    Verdict::Found(vec![Patience::of(case, since, GRACE).weigh(finding, META.severity)])
}
