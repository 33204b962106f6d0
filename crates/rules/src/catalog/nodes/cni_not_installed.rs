//! No CNI network plugin installed.
//!
//! A network plugin that is not run by a DaemonSet is not detected. A cluster with such a plugin
//! looks the same as a cluster without one.
//!
//! - kubernetes/kubernetes `pkg/kubelet/runtime.go` (`container runtime network not ready`)
//! - kubernetes/website
//!   `content/en/docs/setup/production-environment/tools/kubeadm/create-cluster-kubeadm.md`

use crate::catalog::prelude::*;

/// How long a new cluster may run without a network plugin.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Critical, Cause, Plain)
    .needs(&[Need::Kind(&NODE), Need::Kind(&DAEMON_SET)])
    .reads(&[Need::Kind(&DEPLOYMENT), Need::Kind(&STATEFUL_SET)])
    .check(check)
    .why(
        "kubeadm creates a cluster without a pod network. Until a network plugin is installed, \
         every node reports NotReady, and CoreDNS waits, like all other pods.",
    )
    .fix("Install a network plugin that uses the podSubnet of the cluster as its address range.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let searched = match cx.prove_whole(&DAEMON_SET, "kube-system") {
        Ok(searched) => searched,
        Err(missing) => return Err(NotJudged::from(Gap::missing(&missing))),
    };
    let nodes: Vec<_> = cx.all::<Node<'_>>().collect();
    let without_pod: Vec<_> = nodes
        .iter()
        .filter_map(|node| Some((*node, node.condition("Ready")?)))
        .filter(|(_, ready)| {
            let message = ready.message();
            let detail = ["NetworkPluginNotReady", "cni plugin not initialized", "cni config"];
            ready.is_false() && detail.iter().any(|word| message.contains(word))
        })
        .collect();
    // DaemonSet names vary, but a cluster without a plugin has no DaemonSet except kube-proxy.
    let daemons = cx
        .all::<Workload<'_>>()
        .filter(|workload| workload.kind() == WorkloadKind::DaemonSet)
        .map(|workload| workload.resource().name())
        .collect::<Vec<_>>();
    let has_others = daemons.iter().any(|name| !name.starts_with("kube-proxy"));
    let Some((first, ready)) =
        without_pod.first().filter(|_| without_pod.len() == nodes.len() && !has_others)
    else {
        return Ok(Checked::over(nodes.len(), Vec::new()));
    };
    let since = without_pod.iter().filter_map(|(_, ready)| ready.since()).min();
    let summary = format!(
        "no network plugin is installed, so {} not ready",
        match without_pod.len() {
            1 => format!("node {} is", first.name()),
            many => format!("all {} are", pluralize(many, "node")),
        }
    );
    let what = Subject::namespaced("DaemonSet", "kube-system", "of a network plugin");
    let head = Evidence::condition(first.resource(), *ready, "the kubelet waits for a CNI plugin");
    let finding = Finding::new(Subject::cluster("Nodes", "network plugin"), summary, head)
        .since(since)
        .evidence([Evidence::missing(what, &searched)])
        .likely("it is inferred that no network plugin runs outside of a DaemonSet")
        .run(format!("{} get configmap kubeadm-config -n kube-system -o yaml", client(cx)))
        .verify(format!("{} get nodes", client(cx)));
    let finding = without_pod.iter().fold(finding, |finding, (node, _)| {
        finding.explains(Subject::view(*node), "NetworkReady=false")
    });
    Ok(Checked::over(1, vec![Persistence::of(cx, since, GRACE).apply(finding, RULE.meta.severity)]))
}
