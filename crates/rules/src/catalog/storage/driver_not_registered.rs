//! CSI driver not registered on a node.
//!
//! A driver may run on some nodes only by design. It is reported only if a pod on the node waits
//! for the driver. In-tree volume plugins of the kubelet do not register.
//!
//! - kubernetes/kubernetes `pkg/volume/csi/csi_client.go`, `csi_drivers_store.go` ("not found in the
//!   list of registered CSI drivers")
//! - kubernetes-csi/node-driver-registrar

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&CSI_NODE), Need::Kind(&EVENT), Need::Kind(&POD)])
    .reads(&[Need::Kind(&NODE)])
    .check(|cx| Ok(check(cx)))
    .at_once("the kubelet has tried to mount the volume, and the node is not starting")
    .why(
        "The kubelet mounts a CSI volume through the driver's pod on the same node, which must \
         register with the kubelet first. The driver is not registered on this node, so pods \
         that use its volumes cannot start here.",
    )
    .fix("Check the driver's pod on that node.")
    .run(&["oc get pods --all-namespaces -o wide --field-selector spec.nodeName={name}"])
    .verify(&["oc get csinode {name} -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut waiting: BTreeMap<(String, String), Vec<(Pod<'_>, Event<'_>)>> = BTreeMap::new();
    for event in cx.all::<Event<'_>>() {
        let reason = event.reason();
        let is_mount = matches!(&*reason, "FailedMount" | "FailedAttachVolume" | "FailedMapVolume");
        if !is_mount || !cx.is_recent(event.last_seen(), Span::minutes(30)) {
            continue;
        }
        let [_, _, name] = event.about();
        if let Some(driver) = driver_of(&event.message())
            && let Some(pod) = cx.find::<Pod<'_>>(event.resource().namespace(), &name)
            && let Some(node) = pod.node().filter(|_| !pod.is_ready())
        {
            waiting.entry((node.into_owned(), driver)).or_default().push((pod, event));
        }
    }
    let findings =
        waiting.iter().filter_map(|((node, driver), pods)| finding(cx, node, driver, pods));
    Checked::over(cx.all::<CsiNode<'_>>().count(), findings)
}

/// The driver in `driver name ebs.csi.aws.com not found in the list of registered CSI drivers`.
fn driver_of(message: &str) -> Option<String> {
    let (head, _) = message.split_once(" not found in the list of registered CSI drivers")?;
    Some(head.rsplit(' ').next()?.trim_matches('"').to_owned())
}

fn has(csi_node: CsiNode<'_>, driver: &str) -> bool {
    let drivers = csi_node.resource().at(&["spec", "drivers"]).into_iter().flat_map(Value::items);
    drivers.into_iter().any(|entry| entry.text_at(&["name"]).as_deref() == Some(driver))
}

/// Whether the node starts or restarts: a driver registers within ten minutes.
fn is_starting(cx: &RuleContext<'_>, node: Node<'_>) -> bool {
    let ready = node.condition("Ready").and_then(|ready| cx.age(ready.since()));
    !node.is_ready() || is_being_updated(node) || ready.is_some_and(|age| age <= Span::minutes(10))
}

fn finding(
    cx: &RuleContext<'_>,
    node: &str,
    driver: &str,
    pods: &[(Pod<'_>, Event<'_>)],
) -> Option<Finding> {
    let csi_node = cx.find::<CsiNode<'_>>("", node).filter(|it| !has(*it, driver))?;
    if cx.find::<Node<'_>>("", node).is_some_and(|node| is_starting(cx, node)) {
        return None;
    }
    let elsewhere = match cx.all::<CsiNode<'_>>().filter(|other| has(*other, driver)).count() {
        0 => "nor on any other node".to_owned(),
        others => format!("but on {}", pluralize(others, "other node")),
    };
    let mut names: Vec<_> =
        pods.iter().map(|(pod, _)| format!("{}/{}", pod.namespace(), pod.name())).collect();
    names.sort();
    names.dedup();
    let wait = if names.len() == 1 { "waits" } else { "wait" };
    let summary = format!(
        "CSI driver {driver} is not registered on node {node}, {elsewhere}; {} {wait} for it",
        name_list(&names)
    );
    let (_, event) = pods.first()?;
    let drivers = Evidence::field(csi_node.resource(), &["spec", "drivers"], "registered drivers");
    Some(
        Finding::new(Subject::cluster("CSINode", node), summary, drivers)
            .group_by(GroupKey::Storage, driver)
            .evidence([event_evidence(*event)])
            .keywords(node)
            .keywords(names.join(" "))
            .keywords(driver),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_is_read_from_the_message() {
        let message = "MountVolume.MountDevice failed for volume \"pvc-1\" : kubernetes.io/csi: \
                       attacher.MountDevice failed to create newCsiDriverClient: driver name \
                       ebs.csi.aws.com not found in the list of registered CSI drivers";
        assert_eq!(driver_of(message).as_deref(), Some("ebs.csi.aws.com"));
        assert_eq!(driver_of("something else"), None);
    }
}
