//! `ClusterVersion`: which release, which update, since when.
//!
//! Source: openshift/api `config/v1/types_cluster_version.go`.

use std::borrow::Cow;
use std::ops::Range;

use mustknow_yaml::Value;

use super::condition::Condition;
use super::declare::view;
use crate::model::kinds::CLUSTER_VERSION;
use crate::model::time::{self, Time};

view! {
    /// The one object `version`.
    ClusterVersion: CLUSTER_VERSION
}

/// How far an update of the history got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateState {
    /// Every manifest was applied at least once.
    Completed,
    /// Not finished, or superseded before it was.
    Partial,
}

/// One entry of `status.history`, newest first.
#[derive(Clone, Copy)]
pub struct HistoryEntry<'s>(Value<'s>);

impl<'s> HistoryEntry<'s> {
    /// Completed or partial. A superseded partial entry has a `completionTime` all the same, so
    /// only `state` tells.
    pub fn state(self) -> UpdateState {
        match self.0.text_at(&["state"]).as_deref() {
            Some("Completed") => UpdateState::Completed,
            _ => UpdateState::Partial,
        }
    }

    /// The version; empty when the payload was never read.
    pub fn version(self) -> Cow<'s, str> {
        self.0.text_at(&["version"]).unwrap_or_default()
    }

    /// The release image.
    pub fn image(self) -> Cow<'s, str> {
        self.0.text_at(&["image"]).unwrap_or_default()
    }

    /// When it began.
    pub fn started(self) -> Option<Time> {
        time::rfc3339(&self.0.text_at(&["startedTime"])?)
    }

    /// When it was completed or superseded.
    pub fn ended(self) -> Option<Time> {
        time::rfc3339(&self.0.text_at(&["completionTime"])?)
    }

    /// Whether the release was verified before it was applied; None where the entry does not say.
    pub fn is_verified(self) -> Option<bool> {
        self.0.get("verified").and_then(Value::as_bool)
    }

    /// The bytes of the file that hold the entry.
    pub fn span(self) -> Range<usize> {
        self.0.span()
    }
}

impl<'s> ClusterVersion<'s> {
    /// The cluster's id.
    pub fn cluster_id(self) -> Option<Cow<'s, str>> {
        self.0.text(&["spec", "clusterID"])
    }

    /// The version the cluster is to have.
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

    /// The overrides that tell the cluster-version operator to leave an object alone.
    pub fn unmanaged_overrides(self) -> impl Iterator<Item = Value<'s>> {
        self.0
            .at(&["spec", "overrides"])
            .into_iter()
            .flat_map(Value::items)
            .filter(|entry| entry.get("unmanaged").and_then(Value::as_bool) == Some(true))
    }
}
