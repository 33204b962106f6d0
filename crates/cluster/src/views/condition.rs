//! Status conditions, and which status of a condition type reports a problem.
//!
//! Sources: kubernetes/community `api-conventions.md`, which fixes no polarity;
//! openshift/library-go `pkg/operator/status/condition.go`, which decides by the last word of the
//! type.

use std::borrow::Cow;
use std::ops::Range;

use mustknow_yaml::Value;

use crate::model::resource::Resource;
use crate::model::time::{self, Time};

/// The status of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `True`
    True,
    /// `False`
    False,
    /// `Unknown`, or any other value
    Unknown,
}

/// Which status of a condition type reports a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConditionPolarity {
    /// `True` reports a problem: `Degraded`, `Failing`.
    BadWhenTrue,
    /// `False` reports a problem: `Available`, `Ready`.
    BadWhenFalse,
}

/// Types, or last words of types, that report a problem with `True`.
const BAD_WHEN_TRUE: [&str; 9] = [
    "Degraded",
    "DisruptionTarget",
    "Failed",
    "Failing",
    "Invalid",
    "NetworkUnavailable",
    "Pressure",
    "ReplicaFailure",
    "Unhealthy",
];
/// Types, or last words of types, that report a problem with `False`.
const BAD_WHEN_FALSE: [&str; 14] = [
    "Admitted",
    "Available",
    "Established",
    "Healthy",
    "Initialized",
    "NamesAccepted",
    "PodScheduled",
    "PodsScheduled",
    "Reachable",
    "Ready",
    "ReleaseAccepted",
    "RetrievedUpdates",
    "Succeeding",
    "Upgradeable",
];

impl ConditionPolarity {
    /// The polarity of a condition type, by its last word; None if it is not known.
    pub fn of(type_name: &str) -> Option<Self> {
        let is_in = |words: &[&str]| words.iter().any(|word| type_name.ends_with(word));
        if is_in(&BAD_WHEN_TRUE) {
            Some(Self::BadWhenTrue)
        } else if is_in(&BAD_WHEN_FALSE) {
            Some(Self::BadWhenFalse)
        } else {
            None
        }
    }
}

/// One entry of `status.conditions`.
#[derive(Clone, Copy)]
pub struct Condition<'s>(Value<'s>);

impl<'s> Condition<'s> {
    /// The conditions of an object, in file order.
    pub fn all(resource: &'s Resource) -> impl Iterator<Item = Condition<'s>> {
        Self::list(resource.at(&["status", "conditions"]))
    }

    /// The conditions in a list.
    pub fn list(value: Option<Value<'s>>) -> impl Iterator<Item = Condition<'s>> {
        value.into_iter().flat_map(Value::items).map(Condition)
    }

    /// The condition of that type.
    pub fn find(resource: &'s Resource, name: &str) -> Option<Condition<'s>> {
        Self::all(resource).find(|condition| condition.name() == name)
    }

    /// The type: `Available`.
    pub fn name(self) -> Cow<'s, str> {
        self.field("type")
    }

    /// The status.
    pub fn status(self) -> Status {
        match &*self.field("status") {
            "True" => Status::True,
            "False" => Status::False,
            _ => Status::Unknown,
        }
    }

    /// The status as text; `Unknown` if there is none.
    pub fn status_text(self) -> Cow<'s, str> {
        match self.field("status") {
            status if status.is_empty() => Cow::Borrowed("Unknown"),
            status => status,
        }
    }

    /// Whether the status is `True`.
    pub fn is_true(self) -> bool {
        self.status() == Status::True
    }

    /// Whether the status is `False`.
    pub fn is_false(self) -> bool {
        self.status() == Status::False
    }

    /// Whether its status reports a problem, by the polarity of its own type. False for types of
    /// unknown polarity, and for the status `Unknown`.
    pub fn is_bad(self) -> bool {
        ConditionPolarity::of(&self.name()).is_some_and(|polarity| self.is_bad_with(polarity))
    }

    /// Whether its status reports a problem for a type of that polarity.
    pub fn is_bad_with(self, polarity: ConditionPolarity) -> bool {
        match polarity {
            ConditionPolarity::BadWhenTrue => self.is_true(),
            ConditionPolarity::BadWhenFalse => self.is_false(),
        }
    }

    /// The reason; empty if there is none.
    pub fn reason(self) -> Cow<'s, str> {
        self.field("reason")
    }

    /// The message, without the byte order mark that some operators write; empty if there is none.
    pub fn message(self) -> Cow<'s, str> {
        match self.field("message") {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
            Cow::Owned(text) => Cow::Owned(text.trim_start_matches('\u{feff}').to_owned()),
        }
    }

    /// `lastTransitionTime`.
    pub fn since(self) -> Option<Time> {
        time::rfc3339(&self.field("lastTransitionTime"))
    }

    /// `lastUpdateTime`, which some kinds have in place of `lastTransitionTime`.
    pub fn updated(self) -> Option<Time> {
        time::rfc3339(&self.field("lastUpdateTime"))
    }

    /// Whether it has no status, so that its presence is the fact.
    pub fn has_no_status(self) -> bool {
        self.0.get("status").is_none()
    }

    /// How bad it is, as some kinds say beside the status: `Error`, `Warning`, `Info`, or nothing.
    pub fn severity(self) -> Cow<'s, str> {
        self.field("severity")
    }

    /// The generation of the object that it is about.
    pub fn observed_generation(self) -> Option<i64> {
        self.0.get("observedGeneration").and_then(Value::as_i64)
    }

    /// `lastHeartbeatTime` of a node: when its kubelet reported the condition last.
    pub fn heartbeat(self) -> Option<Time> {
        time::rfc3339(&self.field("lastHeartbeatTime"))
    }

    /// The byte range of the condition in the file.
    pub fn span(self) -> Range<usize> {
        self.0.span()
    }

    fn field(self, key: &str) -> Cow<'s, str> {
        self.0.get(key).and_then(Value::text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use mustknow_yaml::Tree;

    use super::*;

    fn is_bad(name: &str, status: &str) -> bool {
        let tree = Tree::parse(format!("- {{type: {name}, status: '{status}'}}\n")).unwrap();
        Condition::list(tree.documents().next()).next().unwrap().is_bad()
    }

    #[test]
    fn the_last_word_of_a_type_decides_which_status_is_bad() {
        for name in ["Degraded", "NodeControllerDegraded", "Failing", "MemoryPressure"] {
            assert!(is_bad(name, "True") && !is_bad(name, "False"), "{name}");
        }
        for name in ["Available", "StaticPodsAvailable", "Upgradeable", "Ready", "PodScheduled"] {
            assert!(is_bad(name, "False") && !is_bad(name, "True"), "{name}");
        }
    }

    #[test]
    fn an_unknown_status_or_type_is_not_bad() {
        for (name, status) in
            [("Available", "Unknown"), ("Degraded", ""), ("Progressing", "True"), ("Foo", "False")]
        {
            assert!(!is_bad(name, status), "{name}={status}");
        }
    }
}
