//! CSI driver not registered on a node.
//!
//! A driver may run on some nodes only by design. It is reported only if a pod on the node waits
//! for the driver. In-tree volume plugins of the kubelet do not register.
//!
//! - kubernetes/kubernetes `pkg/volume/csi/csi_client.go`, `csi_drivers_store.go` ("not found in the
//!   list of registered CSI drivers")
//! - kubernetes-csi/node-driver-registrar

use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::minutes(30);
/// How long a driver may take to register on a node that starts.
const GRACE: Span = Span::minutes(10);
const MARK: &str = " not found in the list of registered CSI drivers";

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&CSI_NODE), Need::Kind(&EVENT), Need::Kind(&POD)])
    .reads(&[Need::Kind(&NODE)])
    .check(check)
    .why(
        "The kubelet mounts a CSI volume through the driver's pod on the same node, which must \
         register with the kubelet first. The driver is not registered on this node, so pods \
         that use its volumes cannot start here.",
    )
    .fix("Check the driver's pod on that node.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut waiting: BTreeMap<(String, String), Vec<(Pod<'_>, Event<'_>)>> = BTreeMap::new();
    for event in cx.all::<Event<'_>>() {
        let Some(driver) = driver_of(&event.message()).filter(|_| {
            matches!(&*event.reason(), "FailedMount" | "FailedAttachVolume" | "FailedMapVolume")
                && !cx.is_older(event.last_seen(), RECENT)
        }) else {
            continue;
        };
        let name = event.resource().text(&["involvedObject", "name"]).unwrap_or_default();
        let pod = cx.find::<Pod<'_>>(event.resource().namespace(), &name);
        if let Some((pod, node)) = pod.and_then(|pod| Some((pod, pod.node()?.into_owned())))
            && !pod.is_ready()
        {
            waiting.entry((node, driver)).or_default().push((pod, event));
        }
    }
    let findings =
        waiting.iter().filter_map(|((node, driver), pods)| finding(cx, node, driver, pods));
    let examined = cx.all::<CsiNode<'_>>().count();
    Ok(Checked::over(examined, findings))
}

/// The driver in `driver name ebs.csi.aws.com not found in the list of registered CSI drivers`.
fn driver_of(message: &str) -> Option<String> {
    let (head, _) = message.split_once(MARK)?;
    Some(head.rsplit(' ').next()?.trim_matches('"').to_owned())
}

fn has(csi_node: CsiNode<'_>, driver: &str) -> bool {
    csi_node
        .resource()
        .at(&["spec", "drivers"])
        .into_iter()
        .flat_map(Value::items)
        .any(|entry| entry.text_at(&["name"]).as_deref() == Some(driver))
}

fn finding(
    cx: &RuleContext<'_>,
    node: &str,
    driver: &str,
    pods: &[(Pod<'_>, Event<'_>)],
) -> Option<Finding> {
    let csi_node = cx.find::<CsiNode<'_>>("", node).filter(|it| !has(*it, driver))?;
    let object = cx.find::<Node<'_>>("", node);
    let starts = object.is_some_and(|node| {
        let ready = node.condition("Ready");
        !node.is_ready()
            || is_being_updated(node)
            || ready.is_some_and(|ready| cx.age(ready.since()).is_some_and(|age| age <= GRACE))
    });
    if starts {
        return None;
    }
    let others = cx.all::<CsiNode<'_>>().filter(|other| has(*other, driver)).count();
    let mut names: Vec<_> =
        pods.iter().map(|(pod, _)| format!("{}/{}", pod.namespace(), pod.name())).collect();
    names.sort();
    names.dedup();
    let elsewhere = match others {
        0 => "nor on any other node".to_owned(),
        others => format!("but on {}", pluralize(others, "other node")),
    };
    let (_, event) = pods.first()?;
    let client = client(cx);
    Some(
        Finding::new(
            Subject::cluster("CSINode", node),
            format!(
                "CSI driver {driver} is not registered on node {node}, {elsewhere}; {} for it",
                match names.len() {
                    1 => format!("{} waits", name_list(&names)),
                    _ => format!("{} wait", name_list(&names)),
                }
            ),
            Evidence::field(csi_node.resource(), &["spec", "drivers"], "registered drivers"),
        )
        .group_by(GroupKey::Storage, driver)
        .evidence([event_evidence(*event)])
        .keywords(node)
        .keywords(names.join(" "))
        .keywords(driver)
        .run(format!(
            "{client} get pods --all-namespaces -o wide --field-selector \
                     spec.nodeName={node}"
        ))
        .verify(format!("{client} get csinode {node} -o yaml")),
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
