//! Objects that are being deleted, and the finalizers that block their deletion.
//!
//! Source: kubernetes/apiserver `pkg/registry/generic/registry/store.go`: an object with a
//! `deletionTimestamp` is removed when its last finalizer is removed. For pods the timestamp is the
//! end of their grace period.

use std::borrow::Cow;

use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Time;
use mustknow_yaml::Value;

/// The `deletionTimestamp`.
pub fn deletion_requested_at(resource: &Resource) -> Option<Time> {
    resource.time(&["metadata", "deletionTimestamp"])
}

/// The remaining finalizers.
pub fn finalizers(resource: &Resource) -> Vec<Cow<'_, str>> {
    resource
        .at(&["metadata", "finalizers"])
        .into_iter()
        .flat_map(Value::items)
        .filter_map(Value::text)
        .collect()
}
