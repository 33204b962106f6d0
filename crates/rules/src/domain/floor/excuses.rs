//! Objects whose status says nothing, because someone has paused or removed them.

use mustknow_cluster::model::kinds::CUSTOM_RESOURCE;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Span;
use mustknow_yaml::Value;

use super::unwell::Unwell;
use crate::domain::deletion::{deletion_requested_at, finalizers};
use crate::terms::quoting::name_list;

/// How long the deletion of an object may take.
const DELETION: Span = Span::minutes(30);

/// Whether the object is not reconciled because someone wants that.
pub(super) fn is_paused(resource: &Resource) -> bool {
    let kind = resource.key().kind;
    let is_custom = *kind == CUSTOM_RESOURCE;
    // Of other kinds, the rest of `spec` is not read.
    if !is_custom && !kind.group.ends_with("operator.openshift.io") {
        return false;
    }
    let state = resource.text(&["spec", "managementState"]);
    let is_unmanaged = matches!(state.as_deref(), Some("Unmanaged" | "Removed"));
    let is_true = |key: &str| resource.at(&["spec", key]).and_then(Value::as_bool) == Some(true);
    let is_set = |key: &str| resource.text(&["spec", key]).is_some();
    is_unmanaged
        || (is_custom
            && (["paused", "suspend", "suspended"].into_iter().any(is_true)
                || is_set("pausedUntil")
                || is_annotated(resource)
                || resource.at(&["spec", "replicas"]).and_then(Value::as_i64) == Some(0)))
}

fn is_annotated(resource: &Resource) -> bool {
    let annotations = resource.at(&["metadata", "annotations"]);
    let mut annotations = annotations.into_iter().flat_map(Value::entries);
    annotations.any(|(_, value)| value.text().as_deref() != Some("false"))
}

/// Whether the object is being deleted.
pub(super) fn is_deleted(resource: &Resource) -> bool {
    resource.at(&["metadata", "deletionTimestamp"]).is_some()
}

/// An object whose deletion does not end.
pub(super) fn unwell_by_deletion(resource: &Resource) -> Option<Unwell<'_>> {
    if !is_deleted(resource) {
        return None;
    }
    let held_by = finalizers(resource);
    let words = match held_by.as_slice() {
        [] => String::new(),
        held_by => format!("held by {}", name_list(held_by)),
    };
    let unwell = Unwell::new(resource, "has been terminating", DELETION)
        .since(deletion_requested_at(resource))
        .field(&["metadata", "deletionTimestamp"], "the deletion was requested")
        .state("Terminating")
        .also(&words);
    Some(if held_by.is_empty() {
        unwell
    } else {
        unwell.field(&["metadata", "finalizers"], "what holds it")
    })
}
