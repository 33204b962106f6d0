//! No CNI network plugin installed.
//!
//! A network plugin that is not run by a DaemonSet is not detected. A cluster with such a plugin
//! looks the same as a cluster without one.
//!
//! - kubernetes/kubernetes `pkg/kubelet/runtime.go` (`container runtime network not ready`)
//! - kubernetes/website
//!   `content/en/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, Plain)
    .needs(&[Need::Kind(&NODE), Need::Kind(&DAEMON_SET)])
    .check(check)
    // How long the administrator of a new cluster may take.
    .note_until(Span::minutes(10))
    .why(
        "kubeadm creates a cluster without a pod network. Until a network plugin is installed, \
         every node reports NotReady, and CoreDNS waits, like all other pods.",
    )
    .fix("Install a network plugin that uses the podSubnet of the cluster as its address range.")
    .run(&["oc get configmap kubeadm-config -n kube-system -o yaml"])
    .verify(&["oc get nodes"]);

/// What the kubelet says while it waits for a plugin.
const SIGNS: [&str; 3] = ["NetworkPluginNotReady", "cni plugin not initialized", "cni config"];

fn check(cx: &RuleContext<'_>) -> Judged {
    let searched = cx.prove_whole(&DAEMON_SET, "kube-system")?;
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let says = |ready: &Condition<'_>| SIGNS.iter().any(|sign| ready.message().contains(sign));
    let waiting: Vec<_> = nodes
        .iter()
        .filter_map(|node| Some((*node, node.condition("Ready")?)))
        .filter(|(_, ready)| ready.is_false() && says(ready))
        .collect();
    // DaemonSet names vary, but a cluster without a plugin has no DaemonSet except kube-proxy.
    let has_others =
        cx.of_kind(&DAEMON_SET).iter().any(|daemon| !daemon.name().starts_with("kube-proxy"));
    let is_missing = waiting.len() == nodes.len() && !has_others;
    let finding = is_missing.then(|| finding(&waiting, &searched)).flatten();
    Ok(Checked::over(nodes.len(), finding))
}

fn finding(waiting: &[(Node<'_>, Condition<'_>)], searched: &Searched) -> Option<Finding> {
    let (first, ready) = waiting.first()?;
    let nodes = match waiting.len() {
        1 => format!("node {} is", first.name()),
        many => format!("all {} are", pluralize(many, "node")),
    };
    let summary = format!("no network plugin is installed, so {nodes} not ready");
    let plugin = Subject::namespaced("DaemonSet", "kube-system", "of a network plugin");
    let head = Evidence::condition(first.resource(), *ready, "the kubelet waits for a CNI plugin");
    let finding = Finding::new(Subject::cluster("Nodes", "network plugin"), summary, head)
        .since(waiting.iter().filter_map(|(_, ready)| ready.since()).min())
        .evidence([Evidence::missing(plugin, searched)])
        .likely("it is inferred that no network plugin runs outside of a DaemonSet");
    Some(waiting.iter().fold(finding, |finding, (node, _)| {
        finding.explains(Subject::view(*node), "NetworkReady=false")
    }))
}
