//! Node without a machine-config-daemon pod.
//!
//! A pod that exists but does not run is reported by the rules for pods.
//!
//! - openshift/machine-config-operator `manifests/machineconfigdaemon/daemonset.yaml`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-machine-config-operator";
/// How long a new node may take to get its pods.
const GRACE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&NODE), Need::Kind(&POD)])
    .check(check)
    .why(
        "The machine-config-daemon applies configuration, certificates and the operating system \
         on its node. Without its pod, the node gets none of them, and its pool waits for the \
         node.",
    )
    .fix(
        "Find out why the DaemonSet has no pod on the node: a taint that the pod does not \
         tolerate, a renamed node, or a quota or webhook that rejects the pod.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    if is_installing(cx) {
        return Err(not_applicable("the installation has not finished"));
    }
    let searched = match cx.prove_whole(&POD, NAMESPACE) {
        Ok(searched) => searched,
        Err(missing) => return Err(NotJudged::from(Gap::missing(&missing))),
    };
    let daemons: Vec<_> = cx
        .within::<Pod<'_>>(NAMESPACE)
        .filter(|pod| pod.name().starts_with("machine-config-daemon-"))
        .collect();
    if daemons.is_empty() {
        return Err(not_applicable("no pod of DaemonSet machine-config-daemon"));
    }
    let nodes: Vec<_> = cx.all::<Node<'_>>().filter(|node| is_expected(cx, *node)).collect();
    let without_pod: Vec<_> = nodes
        .iter()
        .map(|node| node.name())
        .filter(|name| !daemons.iter().any(|pod| pod.node().as_deref() == Some(*name)))
        .collect();
    let findings = finding(&without_pod, &searched).into_iter();
    Ok(Checked::over(nodes.len(), findings))
}

fn is_expected(cx: &RuleContext<'_>, node: Node<'_>) -> bool {
    let is_linux = node.resource().label("kubernetes.io/os").is_none_or(|os| os == "linux");
    let is_virtual = node.resource().label("type").as_deref() == Some("virtual-kubelet");
    let is_silent = node.condition("Ready").is_none_or(|ready| ready.status() == Status::Unknown);
    is_linux
        && !is_virtual
        && !is_silent
        && node.machine_config("currentConfig").is_some()
        && cx.is_older(node.resource().created(), GRACE)
}

fn finding(nodes: &[&str], searched: &Searched) -> Option<Finding> {
    let evidence = |node: &&str| {
        let what = format!("machine-config-daemon on node {node}");
        Evidence::missing(Subject::namespaced("Pod", NAMESPACE, what), searched)
    };
    let mut evidence = nodes.iter().take(5).map(evidence);
    let subject = Subject::namespaced("DaemonSet", NAMESPACE, "machine-config-daemon");
    let summary = format!(
        "no machine-config-daemon runs on {}: {}",
        pluralize(nodes.len(), "node"),
        name_list(nodes)
    );
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .evidence(evidence)
            .keywords(nodes.join(" "))
            .keywords("machine-config-daemon")
            .run(format!("oc describe daemonset machine-config-daemon -n {NAMESPACE}"))
            .verify(format!("oc get pods -n {NAMESPACE} -l k8s-app=machine-config-daemon -o wide")),
    )
}
