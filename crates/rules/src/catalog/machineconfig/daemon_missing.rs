//! Node without a machine-config-daemon pod.
//!
//! A pod that exists but does not run is reported by the rules for pods.
//!
//! - openshift/machine-config-operator `manifests/machineconfigdaemon/daemonset.yaml`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-machine-config-operator";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&NODE), Need::Kind(&POD)])
    .check(check)
    .at_once("a node counts only once it is older than its pods need")
    .why(
        "The machine-config-daemon applies configuration, certificates and the operating system \
         on its node. Without its pod, the node gets none of them, and its pool waits for the \
         node.",
    )
    .fix(
        "Find out why the DaemonSet has no pod on the node: a taint that the pod does not \
         tolerate, a renamed node, or a quota or webhook that rejects the pod.",
    )
    .run(&["oc describe daemonset {name} -n {namespace}"])
    .verify(&["oc get pods -n {namespace} -l k8s-app=machine-config-daemon -o wide"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    if is_installing(cx) {
        return Err(not_applicable("the installation has not finished"));
    }
    let searched = cx.prove_whole(&POD, NAMESPACE)?;
    let mut daemons: Vec<_> = cx.within::<Pod<'_>>(NAMESPACE).collect();
    daemons.retain(|pod| pod.name().starts_with("machine-config-daemon-"));
    if daemons.is_empty() {
        return Err(not_applicable("no pod of DaemonSet machine-config-daemon"));
    }
    let nodes: Vec<_> = cx.all::<Node<'_>>().filter(|node| needs_daemon(cx, *node)).collect();
    let mut without: Vec<_> = nodes.iter().map(|node| node.name()).collect();
    without.retain(|name| !daemons.iter().any(|pod| pod.node().as_deref() == Some(*name)));
    Ok(Checked::over(nodes.len(), finding(&without, &searched)))
}

fn needs_daemon(cx: &RuleContext<'_>, node: Node<'_>) -> bool {
    let (resource, ready) = (node.resource(), node.condition("Ready"));
    let is_silent = ready.is_none_or(|ready| ready.status() == Status::Unknown);
    let age = Persistence::of(cx, resource.created(), Span::minutes(15));
    resource.label("kubernetes.io/os").is_none_or(|os| os == "linux")
        && resource.label("type").as_deref() != Some("virtual-kubelet")
        && !is_silent
        && node.machine_config("currentConfig").is_some()
        && age.counts()
}

fn finding(nodes: &[&str], searched: &Searched) -> Option<Finding> {
    let mut evidence = nodes.iter().take(5).map(|node| {
        let what = format!("machine-config-daemon on node {node}");
        Evidence::missing(Subject::namespaced("Pod", NAMESPACE, what), searched)
    });
    let subject = Subject::namespaced("DaemonSet", NAMESPACE, "machine-config-daemon");
    let number = pluralize(nodes.len(), "node");
    let summary = format!("no machine-config-daemon runs on {number}: {}", name_list(nodes));
    let finding = Finding::new(subject, summary, evidence.next()?).evidence(evidence);
    Some(finding.keywords(nodes.join(" ")).keywords("machine-config-daemon"))
}
