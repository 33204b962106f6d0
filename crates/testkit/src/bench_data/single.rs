//! Small objects in files of their own: leases, roles, migrations, checks of connectivity.

use serde_json::{Value, json};

use super::{
    dice::Dice,
    item::{object, time},
    managed::managed,
    text::NOUNS,
};
use crate::fixtures::{
    cluster::{HEARTBEAT, INSTALLED},
    object::{ObjectBuilder, condition},
};

/// A path in the image folder and the object there; which kind it is follows from the number.
pub(super) fn small(number: u64, dice: &mut Dice) -> (String, Value) {
    let name = format!("{}-{}-{}", dice.word(&NOUNS), dice.word(&NOUNS), dice.letters(5));
    match number % 4 {
        0 => role(&name, dice),
        1 => migration(&name),
        2 => lease(&name, dice),
        _ => check(&name, dice),
    }
}

fn role(name: &str, dice: &mut Dice) -> (String, Value) {
    let rules: Vec<Value> = (0..4 + dice.roll(12))
        .map(|_| json!({
            "apiGroups": [format!("{}.openshift.io", dice.word(&NOUNS))],
            "resources": [format!("{}s", dice.word(&NOUNS)), format!("{}s/status", dice.word(&NOUNS))],
            "verbs": ["get", "list", "watch", "create", "update", "patch", "delete"],
        }))
        .collect();
    let name = format!("system:openshift:{name}");
    let object = ObjectBuilder::new("rbac.authorization.k8s.io/v1", "ClusterRole", &name)
        .with("rules", Value::Array(rules))
        .build();
    let object =
        managed(object, &[("cluster-version-operator", INSTALLED, &["metadata", "rules"])]);
    (
        format!("cluster-scoped-resources/rbac.authorization.k8s.io/clusterroles/{name}.yaml")
            .replace(':', "%3A"),
        object,
    )
}

fn migration(name: &str) -> (String, Value) {
    let object = ObjectBuilder::new("migration.k8s.io/v1alpha1", "StorageVersionMigration", name)
        .with("spec", json!({"resource": {"group": "apps", "resource": name, "version": "v1"}}))
        .with("status", json!({"conditions": [condition("Succeeded", "True", "", "", INSTALLED)]}))
        .build();
    let object = managed(
        object,
        &[("cluster-kube-storage-version-migrator-operator", INSTALLED, &["spec", "status"])],
    );
    (
        format!("cluster-scoped-resources/migration.k8s.io/storageversionmigrations/{name}.yaml"),
        object,
    )
}

fn lease(name: &str, dice: &mut Dice) -> (String, Value) {
    let namespace = "openshift-operator-lifecycle-manager";
    let spec = json!({
        "acquireTime": format!("{}.{}Z", time(dice).trim_end_matches('Z'), 100_000 + dice.roll(899_999)),
        "holderIdentity": format!("{name}_{}", dice.uuid()),
        "leaseDurationSeconds": 137, "leaseTransitions": dice.roll(40),
        "renewTime": format!("{}.{}Z", HEARTBEAT.trim_end_matches('Z'), 100_000 + dice.roll(899_999)),
    });
    let object =
        object("coordination.k8s.io/v1", "Lease", namespace, name, dice).with("spec", spec).build();
    let object = managed(object, &[("olm", HEARTBEAT, &["spec"])]);
    (format!("namespaces/{namespace}/coordination.k8s.io/leases/{name}.yaml"), object)
}

fn check(name: &str, dice: &mut Dice) -> (String, Value) {
    let namespace = "openshift-network-diagnostics";
    let successes: Vec<Value> = (0..10)
        .map(|_| json!({
            "latency": format!("{}.{}ms", dice.roll(9), dice.roll(999_999)),
            "message": format!("{name}: tcp connection to {}.128.0.{}:8443 succeeded", 10, dice.roll(250)),
            "reason": "TCPConnect", "success": true, "time": HEARTBEAT,
        }))
        .collect();
    let object = object("controlplane.operator.openshift.io/v1alpha1", "PodNetworkConnectivityCheck", namespace, name, dice)
        .with("spec", json!({"sourcePod": name, "targetEndpoint": format!("192.0.2.{}:6443", dice.roll(250))}))
        .with("status", json!({"conditions": [condition("Reachable", "True", "TCPConnectSuccess", "", INSTALLED)], "successes": successes}))
        .build();
    let object = managed(object, &[("check-endpoints", HEARTBEAT, &["spec", "status"])]);
    (
        format!(
            "namespaces/{namespace}/controlplane.operator.openshift.io/podnetworkconnectivitychecks/{name}.yaml"
        ),
        object,
    )
}
