//! `ClusterVersion`: release, update history and overrides.
//!
//! Source: openshift/api `config/v1/types_cluster_version.go`.

use std::borrow::Cow;
use std::ops::Range;

use mustknow_yaml::Value;

use super::condition::Condition;
use super::declare::view;
use crate::model::kinds::CLUSTER_VERSION;
use crate::model::snapshot::Snapshot;
use crate::model::time::{self, Time};

view! {
    /// The one object `version`.
    ClusterVersion: CLUSTER_VERSION
}

/// The state of an entry of the update history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateState {
    /// Every manifest was applied at least once.
    Completed,
    /// Not finished, or superseded before it finished.
    Partial,
}

/// One entry of `status.history`.
#[derive(Clone, Copy)]
pub struct HistoryEntry<'s>(Value<'s>);

impl<'s> HistoryEntry<'s> {
    /// Completed or partial. A superseded partial entry has a `completionTime` as well, so only
    /// `state` is reliable.
    pub fn state(self) -> UpdateState {
        match self.0.text_at(&["state"]).as_deref() {
            Some("Completed") => UpdateState::Completed,
            _ => UpdateState::Partial,
        }
    }

    /// The version; empty if the payload was never loaded.
    pub fn version(self) -> Cow<'s, str> {
        self.0.text_at(&["version"]).unwrap_or_default()
    }

    /// The release image.
    pub fn image(self) -> Cow<'s, str> {
        self.0.text_at(&["image"]).unwrap_or_default()
    }

    /// `startedTime`.
    pub fn started(self) -> Option<Time> {
        time::rfc3339(&self.0.text_at(&["startedTime"])?)
    }

    /// `completionTime`: when it was completed or superseded.
    pub fn ended(self) -> Option<Time> {
        time::rfc3339(&self.0.text_at(&["completionTime"])?)
    }

    /// Whether the signature of the release was verified; None if the field is missing.
    pub fn is_verified(self) -> Option<bool> {
        self.0.get("verified").and_then(Value::as_bool)
    }

    /// The byte range of the entry in the file.
    pub fn span(self) -> Range<usize> {
        self.0.span()
    }
}

impl<'s> ClusterVersion<'s> {
    /// The ClusterVersion of a cluster, if it was collected.
    pub fn find(snapshot: &'s Snapshot) -> Option<Self> {
        snapshot.find("", "version")
    }

    /// The cluster id.
    pub fn cluster_id(self) -> Option<Cow<'s, str>> {
        self.0.text(&["spec", "clusterID"])
    }

    /// The desired version.
    pub fn desired_version(self) -> Option<Cow<'s, str>> {
        self.0.text(&["status", "desired", "version"])
    }

    /// The update channel.
    pub fn channel(self) -> Option<Cow<'s, str>> {
        self.0.text(&["spec", "channel"])
    }

    /// The history, newest first.
    pub fn history(self) -> impl Iterator<Item = HistoryEntry<'s>> {
        self.0.at(&["status", "history"]).into_iter().flat_map(Value::items).map(HistoryEntry)
    }

    /// The condition of that type.
    pub fn condition(self, name: &str) -> Option<Condition<'s>> {
        Condition::find(self.0, name)
    }

    /// The overrides that make the cluster-version operator ignore an object.
    pub fn unmanaged_overrides(self) -> impl Iterator<Item = Value<'s>> {
        self.0
            .at(&["spec", "overrides"])
            .into_iter()
            .flat_map(Value::items)
            .filter(|entry| entry.get("unmanaged").and_then(Value::as_bool) == Some(true))
    }
}
