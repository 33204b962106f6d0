//! The `MachineConfigPool` of a node, and what its conditions and limits report.
//!
//! Source: openshift/machine-config-operator `pkg/helpers/helpers.go` (`ListPools`,
//! `GetPoolsForNode`): a custom pool has priority over `worker`, and `master` over a custom pool. A
//! node with two custom pools has none.

use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, MachineConfigPool, Node};
use mustknow_yaml::Value;

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::verdict::{NotJudged, not_applicable};

/// A condition of a pool.
#[derive(Clone, Copy)]
pub struct PoolCondition<'s> {
    /// The pool.
    pub pool: MachineConfigPool<'s>,
    /// The condition.
    pub condition: Condition<'s>,
}

impl<'s> PoolCondition<'s> {
    /// The condition of that type. A rule that reads it does not apply to a pool without it.
    pub fn of(object: &'s Resource, name: &str) -> Result<Self, NotJudged> {
        let pool = MachineConfigPool::of(object);
        let condition = pool.condition(name);
        let condition =
            condition.ok_or_else(|| not_applicable(format!("the pool does not report {name}")))?;
        Ok(Self { pool, condition })
    }

    /// A finding about the pool, based on the condition.
    pub fn finding(self, summary: impl Into<String>) -> Finding {
        let Self { pool, condition } = self;
        let note = format!("{} is True", condition.name());
        let evidence = Evidence::condition(pool.resource(), condition, note);
        Finding::new(Subject::view(pool), summary, evidence)
            .since(condition.since())
            .keywords(pool.name())
    }
}

/// How many of `nodes` of the pool may be unavailable at the same time, one by default. None if the
/// format of maxUnavailable is not known. Source: openshift/machine-config-operator
/// `pkg/controller/node/node_controller.go` (`maxUnavailable`).
pub fn max_unavailable(pool: MachineConfigPool<'_>, nodes: i64) -> Option<i64> {
    let Some(text) = pool.resource().text(&["spec", "maxUnavailable"]) else { return Some(1) };
    let limit = match text.strip_suffix('%') {
        Some(percent) => percent.parse::<i64>().ok()?.checked_mul(nodes)? / 100,
        None => text.parse().ok()?,
    };
    Some(limit.max(1))
}

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
