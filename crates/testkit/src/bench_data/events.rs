//! Events of a cluster that does its work.

use serde_json::{Value, json};

use super::{
    dice::Dice,
    item::{image, object},
    managed::managed,
    model::GeneratedNamespace,
};

/// An event about a pod of the namespace.
pub(super) fn event(namespace: &GeneratedNamespace, dice: &mut Dice) -> Value {
    let workload = dice.pick(&namespace.workloads);
    let pod = workload.and_then(|workload| dice.pick(&workload.pods));
    let (pod, node) = pod.map_or(("none", "none"), |pod| (&pod.name, pod.machine.name));
    let place = format!("{}/{pod}", namespace.name);
    let (reason, component, message) = match dice.roll(6) {
        0 => (
            "Pulled",
            "kubelet",
            format!("Container image \"{}\" already present on machine", image(dice)),
        ),
        1 => ("Created", "kubelet", format!("Created container {}", dice.letters(8))),
        2 => ("Started", "kubelet", format!("Started container {}", dice.letters(8))),
        3 => ("Scheduled", "default-scheduler", format!("Successfully assigned {place} to {node}")),
        4 => (
            "AddedInterface",
            "multus",
            format!(
                "Add eth0 [10.128.{}.{}/23] from ovn-kubernetes",
                dice.roll(12),
                dice.roll(250)
            ),
        ),
        _ => (
            "ConfigMapUpdated",
            "cluster-operator",
            format!(
                "Updated ConfigMap/{} -n {}:\ncause by changes in data.{}",
                dice.letters(9),
                namespace.name,
                dice.letters(12)
            ),
        ),
    };
    let time =
        format!("2024-10-28T{:02}:{:02}:{:02}Z", dice.roll(10), dice.roll(60), dice.roll(60));
    let name = format!("{pod}.{}", dice.hex(16));
    let involved = json!({
        "apiVersion": "v1", "fieldPath": "spec.containers{manager}", "kind": "Pod", "name": pod,
        "namespace": namespace.name, "resourceVersion": (40_000_000 + dice.roll(8_000_000)).to_string(),
        "uid": dice.uuid(),
    });
    let object = object("v1", "Event", &namespace.name, &name, dice)
        .meta("creationTimestamp", json!(time))
        .with("count", json!(1))
        .with("eventTime", Value::Null)
        .with("firstTimestamp", json!(time))
        .with("involvedObject", involved)
        .with("lastTimestamp", json!(time))
        .with("message", json!(message))
        .with("reason", json!(reason))
        .with("reportingComponent", json!(component))
        .with("reportingInstance", json!(node))
        .with("source", json!({"component": component, "host": node}))
        .with("type", json!("Normal"))
        .build();
    managed(
        object,
        &[(
            component,
            &time,
            &[
                "count",
                "firstTimestamp",
                "involvedObject",
                "lastTimestamp",
                "message",
                "reason",
                "reportingComponent",
                "source",
                "type",
            ],
        )],
    )
}
