//! A node on which the driver of a volume has not registered.
//!
//! # Why it matters
//!
//! The kubelet mounts a volume through its driver's own pod on that node, which tells the kubelet that
//! it is there. Here it has not, while it has on others: pods with such volumes wait on this node.
//!
//! # What to do
//!
//! Look at the pod of the driver on that node.
//!
//! # Blind spots
//!
//! A driver may rightly serve some nodes only. It is only reported when a pod or a volume waits for it
//! there. Drivers the kubelet has built in do not register.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/volume/csi/csi_client.go`, `csi_drivers_store.go` ("not found in the
//!   list of registered CSI drivers")
//! - kubernetes-csi/node-driver-registrar

use std::collections::BTreeMap;

use mustknow_gather::kinds::{CSI_NODE, CsiNode, EVENT, Event, NODE, Node, POD, Pod};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{client, count, event_evidence, few, is_rolled};

/// Older events are history.
const RECENT: Span = Span::minutes(30);
/// How long a driver may take on a node that starts.
const GRACE: Span = Span::minutes(10);
const SAYS: &str = " not found in the list of registered CSI drivers";

pub(super) static META: Meta = Meta {
    id: "storage/driver-not-registered",
    title: "a node on which the driver of a volume has not registered",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&CSI_NODE), Need::Kind(&EVENT), Need::Kind(&POD)],
    uses: &[Need::Kind(&NODE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut waiting: BTreeMap<(String, String), Vec<(Pod<'_>, Event<'_>)>> = BTreeMap::new();
    for event in case.all::<Event<'_>>() {
        let Some(driver) = driver_of(&event.message()).filter(|_| {
            matches!(&*event.reason(), "FailedMount" | "FailedAttachVolume" | "FailedMapVolume")
                && !case.is_older(event.last_seen(), RECENT)
        }) else {
            continue;
        };
        let name = event.resource().text(&["involvedObject", "name"]).unwrap_or_default();
        let pod = case.find::<Pod<'_>>(event.resource().namespace(), &name);
        if let Some((pod, node)) = pod.and_then(|pod| Some((pod, pod.node()?.into_owned())))
            && !pod.is_ready()
        {
            waiting.entry((node, driver)).or_default().push((pod, event));
        }
    }
    let findings = waiting
        .iter()
        .filter_map(|((node, driver), pods)| finding(case, node, driver, pods))
        .collect();
    let examined = case.all::<CsiNode<'_>>().count();
    Verdict::over(examined, findings, "no CSINode in the archive")
}

/// The driver in `driver name ebs.csi.aws.com not found in the list of registered CSI drivers`.
fn driver_of(message: &str) -> Option<String> {
    let (head, _) = message.split_once(SAYS)?;
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
    case: &Case<'_>,
    node: &str,
    driver: &str,
    pods: &[(Pod<'_>, Event<'_>)],
) -> Option<Finding> {
    let csi_node = case.find::<CsiNode<'_>>("", node).filter(|it| !has(*it, driver))?;
    let object = case.find::<Node<'_>>("", node);
    let starts = object.is_some_and(|node| {
        let ready = node.condition("Ready");
        !node.is_ready()
            || is_rolled(node)
            || ready.is_some_and(|ready| case.age(ready.since()).is_some_and(|age| age <= GRACE))
    });
    if starts {
        return None;
    }
    let others = case.all::<CsiNode<'_>>().filter(|other| has(*other, driver)).count();
    let mut names: Vec<_> =
        pods.iter().map(|(pod, _)| format!("{}/{}", pod.namespace(), pod.name())).collect();
    names.sort();
    names.dedup();
    let elsewhere = match others {
        0 => "on no other node either".to_owned(),
        others => format!("but on {}", count(others, "other node")),
    };
    let (_, event) = pods.first()?;
    let client = client(case);
    Some(
        Finding::new(
            Subject::cluster("CSINode", node),
            format!(
                "driver {driver} has not registered on node {node}, {elsewhere}; {} for it",
                match names.len() {
                    1 => format!("{} waits", few(&names)),
                    _ => format!("{} wait", few(&names)),
                }
            ),
            Evidence::field(csi_node.resource(), &["spec", "drivers"], "the drivers of the node"),
        )
        .shares(Common::Storage, driver)
        .evidence([event_evidence(*event)])
        .saying(node)
        .saying(names.join(" "))
        .saying(driver)
        .why("The kubelet mounts such a volume only through the driver's pod on the same node.")
        .remedy(
            Remedy::new("Look at the driver's pod on that node.")
                .command(format!(
                    "{client} get pods --all-namespaces -o wide --field-selector \
                     spec.nodeName={node}"
                ))
                .verify(format!("{client} get csinode {node} -o yaml")),
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_driver_is_the_word_before() {
        let message = "MountVolume.MountDevice failed for volume \"pvc-1\" : kubernetes.io/csi: \
                       attacher.MountDevice failed to create newCsiDriverClient: driver name \
                       ebs.csi.aws.com not found in the list of registered CSI drivers";
        assert_eq!(driver_of(message).as_deref(), Some("ebs.csi.aws.com"));
        assert_eq!(driver_of("something else"), None);
    }
}
