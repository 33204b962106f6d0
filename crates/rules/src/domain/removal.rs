//! Objects that were asked to go and are still there, and what holds them.
//!
//! Source: kubernetes/apiserver `pkg/registry/generic/registry/store.go`: an object with a
//! `deletionTimestamp` goes when its last finalizer is taken off; for pods the timestamp is the end of
//! their grace period.

use std::borrow::Cow;

use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Time;
use mustknow_yaml::Value;

/// When it was asked to go.
pub fn asked_to_go(resource: &Resource) -> Option<Time> {
    resource.time(&["metadata", "deletionTimestamp"])
}

/// The finalizers that are still on it.
pub fn finalizers(resource: &Resource) -> Vec<Cow<'_, str>> {
    resource
        .at(&["metadata", "finalizers"])
        .into_iter()
        .flat_map(Value::items)
        .filter_map(Value::text)
        .collect()
}
