//! Pods stuck because their sandbox cannot be created (`FailedCreatePodSandBox`).
//!
//! The error is only in events, which are stored for three hours.
//!
//! - kubernetes/kubernetes `pkg/kubelet/kuberuntime/kuberuntime_manager.go`
//!   (`FailedCreatePodSandBox`)
//! - openshift/multus-cni, openshift/ovn-kubernetes `go-controller/pkg/cni`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, Any)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    // On a node that has just started, sandboxes fail until the network is ready.
    .grace(CREATION)
    .why(
        "Before its containers start, a pod gets a sandbox with a network namespace and an IP \
         address. The container runtime of this node cannot create one, usually because the \
         network plugin does not respond. Running pods continue to run, but no new ones start on \
         the node.",
    )
    .fix(
        "Check the network pods on that node, such as multus and ovnkube-node, and the error in \
         the message.",
    )
    .run(&["oc get pods --all-namespaces -o wide --field-selector spec.nodeName={node}"])
    .verify(&["oc get events --all-namespaces --field-selector reason=FailedCreatePodSandBox"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let (waiting, gap) = pods_in_creation(cx, |pod| {
        pod_events(cx, pod, &["FailedCreatePodSandBox"], Span::minutes(30))
            .max_by_key(|event| event.last_seen())
    });
    let groups = PodGroup::by(cx, waiting, |(pod, _)| {
        (Subject::cluster("Node", pod.node().unwrap_or_default()), String::new())
    });
    Ok(check_groups(cx, groups, finding).or_unknown(gap))
}

fn finding(_: &RuleContext<'_>, group: &PodGroup<(Pod<'_>, Event<'_>)>) -> Finding {
    let (pod, event) = group.first;
    let names: Vec<_> =
        group.pods().map(|pod| format!("{}/{}", pod.namespace(), pod.name())).collect();
    let message = event.message();
    let node = &group.subject.name;
    let on = if node.is_empty() { "a node".to_owned() } else { format!("node {node}") };
    let summary = format!(
        "{on} cannot create a sandbox for {} ({}): {}",
        pluralize(names.len(), "pod"),
        name_list(&names),
        excerpt(inner(&message))
    );
    group
        .finding_about(Subject::view(pod), summary, |(_, event)| event_evidence(event))
        .since(group.since(|(pod, _)| pod.condition("Ready")?.since()))
        .lasts_since(group.since(|(pod, _)| creation_start(pod)))
        .keywords(&message)
        .with("node", node)
}

/// The part of the message after the long name of the sandbox.
fn inner(message: &str) -> &str {
    ["error adding pod", "plugin type=", "error adding container to network", "name is reserved"]
        .into_iter()
        .find_map(|sign| message.get(message.find(sign)?..))
        .unwrap_or(message)
}
