//! The MachineConfigPool of a node.
//!
//! Source: openshift/machine-config-operator `pkg/helpers/helpers.go` (`ListPools`,
//! `GetPoolsForNode`): a custom pool has priority over `worker`, and `master` over a custom pool. A
//! node with two custom pools has none.

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{MachineConfigPool, Node};
use mustknow_yaml::Value;

use crate::engine::context::RuleContext;

/// The pools whose selector matches the labels of the node; none for a Windows node.
pub fn selecting_pools<'s>(cx: &RuleContext<'s>, node: Node<'_>) -> Vec<MachineConfigPool<'s>> {
    if node.resource().label("kubernetes.io/os").as_deref() == Some("windows") {
        return Vec::new();
    }
    let labels = node.resource().at(&["metadata", "labels"]);
    cx.all::<MachineConfigPool<'s>>()
        .filter(|pool| selects(pool.resource().at(&["spec", "nodeSelector"]), labels))
        .collect()
}

/// The pool of a node.
pub fn pool_of<'s>(cx: &RuleContext<'s>, node: Node<'_>) -> Option<MachineConfigPool<'s>> {
    let pools = selecting_pools(cx, node);
    let named = |name: &str| pools.iter().copied().find(|pool| pool.name() == name);
    let custom: Vec<_> = pools.iter().copied().filter(|pool| is_custom(*pool)).collect();
    match custom.as_slice() {
        [] => named("master").or_else(|| named("worker")),
        [only] => Some(named("master").unwrap_or(*only)),
        _ => None,
    }
}

/// Whether an administrator created the pool.
pub fn is_custom(pool: MachineConfigPool<'_>) -> bool {
    !matches!(pool.name(), "master" | "worker")
}

/// Whether a label selector matches. An empty selector matches nothing, as in the operator.
pub fn selects(selector: Option<Value<'_>>, labels: Option<Value<'_>>) -> bool {
    let Some(selector) = selector else { return false };
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::text);
    let desired: Vec<_> =
        selector.get("matchLabels").into_iter().flat_map(Value::entries).collect();
    let expressions: Vec<_> =
        selector.get("matchExpressions").into_iter().flat_map(Value::items).collect();
    let holds = |expression: &Value<'_>| {
        let key = expression.text_at(&["key"]).unwrap_or_default();
        let is_listed = |value: &str| {
            let values = expression.get("values").into_iter().flat_map(Value::items);
            values.filter_map(Value::text).any(|known| known == value)
        };
        match expression.text_at(&["operator"]).as_deref() {
            Some("In") => label(&key).is_some_and(|value| is_listed(&value)),
            Some("NotIn") => label(&key).is_none_or(|value| !is_listed(&value)),
            Some("Exists") => label(&key).is_some(),
            Some("DoesNotExist") => label(&key).is_none(),
            _ => false,
        }
    };
    !(desired.is_empty() && expressions.is_empty())
        && desired.iter().all(|(key, value)| {
            label(key).is_some_and(|own| value.text().is_some_and(|value| own == value))
        })
        && expressions.iter().all(holds)
}
