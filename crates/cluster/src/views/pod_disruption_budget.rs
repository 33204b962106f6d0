//! `PodDisruptionBudget`: how many pods may be evicted.

use mustknow_yaml::Value;

use super::declare::view;
use crate::model::kinds::POD_DISRUPTION_BUDGET;

view! {
    /// One PodDisruptionBudget.
    PodDisruptionBudget: POD_DISRUPTION_BUDGET
}

impl PodDisruptionBudget<'_> {
    /// How many pods may be evicted now.
    pub fn disruptions_allowed(self) -> Option<i64> {
        self.status("disruptionsAllowed")
    }

    /// A counter of its status: `currentHealthy`, `desiredHealthy`, `expectedPods`.
    pub fn status(self, field: &str) -> Option<i64> {
        self.0.at(&["status", field]).and_then(Value::as_i64)
    }

    /// Whether its `matchLabels` select an object with these labels. None if it uses
    /// `matchExpressions`, which this view does not evaluate.
    pub fn selects(self, labels: Option<Value<'_>>) -> Option<bool> {
        let selector = self.0.at(&["spec", "selector"])?;
        if selector.get("matchExpressions").is_some_and(|expressions| !expressions.is_empty()) {
            return None;
        }
        let desired = selector.get("matchLabels");
        Some(desired.into_iter().flat_map(Value::entries).all(|(key, value)| {
            labels.and_then(|labels| labels.get(&key)).and_then(Value::text) == value.text()
        }))
    }
}
