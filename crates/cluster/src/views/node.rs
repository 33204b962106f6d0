//! `Node`: readiness, roles, taints and annotations of the machine-config operator.

use std::borrow::Cow;

use mustknow_yaml::Value;

use super::condition::Condition;
use super::declare::view;
use crate::model::hidden::{self, Masked};
use crate::model::kinds::NODE;
use crate::model::time::{self, Time};

view! {
    /// One Node.
    Node: NODE
}

impl<'s> Node<'s> {
    /// The name.
    pub fn name(self) -> &'s str {
        self.0.name()
    }

    /// The condition of that type.
    pub fn condition(self, name: &str) -> Option<Condition<'s>> {
        Condition::find(self.0, name)
    }

    /// Whether the node is Ready.
    pub fn is_ready(self) -> bool {
        self.condition("Ready").is_some_and(Condition::is_true)
    }

    /// Whether it is a control-plane node.
    pub fn is_control_plane(self) -> bool {
        let Some(labels) = self.0.at(&["metadata", "labels"]) else { return false };
        labels.get("node-role.kubernetes.io/master").is_some()
            || labels.get("node-role.kubernetes.io/control-plane").is_some()
    }

    /// Whether it is cordoned.
    pub fn is_unschedulable(self) -> bool {
        self.0.at(&["spec", "unschedulable"]).and_then(Value::as_bool) == Some(true)
    }

    /// Its roles, as `oc get nodes` shows them.
    pub fn roles(self) -> Vec<Cow<'s, str>> {
        let mut roles: Vec<_> = self
            .0
            .at(&["metadata", "labels"])
            .into_iter()
            .flat_map(Value::entries)
            .filter_map(|(key, _)| {
                key.strip_prefix("node-role.kubernetes.io/").map(|role| Cow::Owned(role.to_owned()))
            })
            .collect();
        roles.sort();
        roles
    }

    /// The annotation `machineconfiguration.openshift.io/<name>`.
    pub fn machine_config(self, name: &str) -> Option<Cow<'s, str>> {
        self.0
            .annotation(&format!("machineconfiguration.openshift.io/{name}"))
            .filter(|text| !text.is_empty())
    }

    /// A field of `status.nodeInfo`.
    pub fn info(self, field: &str) -> Option<Cow<'s, str>> {
        self.0.text(&["status", "nodeInfo", field])
    }

    /// Its addresses of that type: `InternalIP`.
    pub fn addresses(self, of_type: &str) -> impl Iterator<Item = Cow<'s, str>> {
        self.0
            .at(&["status", "addresses"])
            .into_iter()
            .flat_map(Value::items)
            .filter(move |entry| entry.text_at(&["type"]).as_deref() == Some(of_type))
            .filter_map(|entry| entry.text_at(&["address"]))
    }

    /// Its addresses of that type for a comparison; an error if one was masked.
    pub fn visible_addresses(self, of_type: &str) -> Result<Vec<Cow<'s, str>>, Masked> {
        let is_masked =
            if of_type.ends_with("IP") { hidden::is_masked_address } else { hidden::is_masked };
        let path = ["status", "addresses"];
        self.addresses(of_type).map(|text| self.0.unless_masked(&path, text, is_masked)).collect()
    }

    /// Its taints: key and effect.
    pub fn taints(self) -> impl Iterator<Item = (Cow<'s, str>, Cow<'s, str>)> {
        self.0.at(&["spec", "taints"]).into_iter().flat_map(Value::items).filter_map(|taint| {
            Some((taint.text_at(&["key"])?, taint.text_at(&["effect"]).unwrap_or_default()))
        })
    }

    /// The taint of that key.
    pub fn taint(self, key: &str) -> Option<Value<'s>> {
        self.0
            .at(&["spec", "taints"])
            .into_iter()
            .flat_map(Value::items)
            .find(|taint| taint.text_at(&["key"]).as_deref() == Some(key))
    }

    /// Since when it is cordoned, if its taint has a time.
    pub fn cordoned_since(self) -> Option<Time> {
        time::rfc3339(&self.taint("node.kubernetes.io/unschedulable")?.text_at(&["timeAdded"])?)
    }
}
