//! What most objects begin with.

use serde_json::{Value, json};

use super::dice::Dice;
use crate::fixtures::object::ObjectBuilder;

/// An object of a namespace, created at some time after the installation.
pub(super) fn object(
    api: &str,
    kind: &'static str,
    namespace: &str,
    name: &str,
    dice: &mut Dice,
) -> ObjectBuilder {
    ObjectBuilder::new(api, kind, name)
        .in_namespace(namespace)
        .meta("creationTimestamp", json!(time(dice)))
}

/// A time between the installation and the last update.
pub(super) fn time(dice: &mut Dice) -> String {
    format!(
        "2024-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        3 + dice.roll(7),
        1 + dice.roll(28),
        dice.roll(24),
        dice.roll(60),
        dice.roll(60)
    )
}

/// An image by its digest.
pub(super) fn image(dice: &mut Dice) -> String {
    format!("quay.io/okd/scos-content@sha256:{}", dice.hex(64))
}

/// The labels of a workload.
pub(super) fn labels(name: &str) -> Value {
    json!({
        "app": name, "app.kubernetes.io/component": "controller",
        "app.kubernetes.io/managed-by": "cluster-operator", "app.kubernetes.io/name": name,
        "app.kubernetes.io/part-of": "openshift",
    })
}
