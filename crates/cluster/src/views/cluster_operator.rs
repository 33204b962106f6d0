//! `ClusterOperator`: what an operator reports about itself.
//!
//! Source: openshift/api `config/v1/types_cluster_operator.go`.

use std::borrow::Cow;

use mustknow_yaml::Value;

use super::condition::Condition;
use super::declare::view;
use crate::model::kinds::CLUSTER_OPERATOR;

view! {
    /// One ClusterOperator.
    ClusterOperator: CLUSTER_OPERATOR
}

impl<'s> ClusterOperator<'s> {
    /// The name: `kube-apiserver`.
    pub fn name(self) -> &'s str {
        self.0.name()
    }

    /// The condition of that type.
    pub fn condition(self, name: &str) -> Option<Condition<'s>> {
        Condition::find(self.0, name)
    }

    /// The version it reports for `operand`; the operator's own version has the name `operator`.
    pub fn version(self, operand: &str) -> Option<Cow<'s, str>> {
        self.0
            .at(&["status", "versions"])
            .into_iter()
            .flat_map(Value::items)
            .find(|entry| entry.text_at(&["name"]).as_deref() == Some(operand))
            .and_then(|entry| entry.text_at(&["version"]))
    }

    /// The namespaces among its related objects.
    pub fn related_namespaces(self) -> impl Iterator<Item = Cow<'s, str>> {
        self.0
            .at(&["status", "relatedObjects"])
            .into_iter()
            .flat_map(Value::items)
            .filter(|entry| entry.text_at(&["resource"]).as_deref() == Some("namespaces"))
            .filter_map(|entry| entry.text_at(&["name"]))
    }

    /// Whether it is part of the release payload, which its annotations show. The cluster-version
    /// operator does not wait for other ClusterOperators.
    /// Source: openshift/oc `pkg/cli/admin/upgrade/status`.
    pub fn is_platform(self) -> bool {
        let Some(annotations) = self.0.at(&["metadata", "annotations"]) else { return false };
        annotations.entries().any(|(key, _)| {
            key.starts_with("include.release.openshift.io/")
                || key.starts_with("exclude.release.openshift.io/")
        })
    }
}
