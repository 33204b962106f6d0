//! Status conditions, the one shape that every Kubernetes and OpenShift kind shares.

use std::borrow::Cow;
use std::ops::Range;

use mustknow_yaml::Value;

use crate::model::resource::Resource;
use crate::model::time::{self, Time};

/// Whether a condition holds. A status that is neither `True` nor `False` is `Unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `True`
    True,
    /// `False`
    False,
    /// `Unknown`, or anything else
    Unknown,
}

/// One entry of `status.conditions`.
#[derive(Clone, Copy)]
pub struct Condition<'s>(Value<'s>);

impl<'s> Condition<'s> {
    /// The conditions of an object, in file order.
    pub fn all(resource: &'s Resource) -> impl Iterator<Item = Condition<'s>> {
        Self::list(resource.at(&["status", "conditions"]))
    }

    /// The conditions in a sequence of them.
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

    /// The status as it is written; `Unknown` when there is none.
    pub fn written(self) -> Cow<'s, str> {
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

    /// The reason; empty when there is none.
    pub fn reason(self) -> Cow<'s, str> {
        self.field("reason")
    }

    /// The message without the byte order mark some operators begin it with; empty when none.
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

    /// The bytes of the file that hold the whole condition.
    pub fn span(self) -> Range<usize> {
        self.0.span()
    }

    fn field(self, key: &str) -> Cow<'s, str> {
        self.0.get(key).and_then(Value::text).unwrap_or_default()
    }
}
