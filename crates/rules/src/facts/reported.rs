//! What an operator says under one type of condition: in its own object, or, where that was not
//! collected, as its ClusterOperator repeats it.
//!
//! Source: openshift/library-go `pkg/operator/status/condition.go`: the ClusterOperator's reason
//! joins `<Type without its last word>_<reason>` with `::`, and every line of a message that it
//! takes over begins with `<Type>: `.

use mustknow_gather::kinds::{ClusterOperator, Condition, Operator, View};
use mustknow_gather::resource::{Kind, Resource};
use mustknow_gather::time::Time;

use crate::case::Case;
use crate::evidence::Evidence;

/// The words of a condition that is bad.
pub struct Reported<'s> {
    /// The object that says so.
    pub said_by: &'s Resource,
    /// The condition it stands in.
    pub condition: Condition<'s>,
    /// Its own reason.
    pub reason: String,
    /// Its own message.
    pub message: String,
}

/// How a condition stands.
pub enum Report<'s> {
    /// It is bad.
    Bad(Reported<'s>),
    /// Somebody who would say so does not.
    Fine,
    /// Nobody who would say so was collected.
    NoSource,
}

impl Reported<'_> {
    /// Since when.
    pub fn since(&self) -> Option<Time> {
        self.condition.since()
    }

    /// The condition as evidence.
    pub fn evidence(&self, note: impl Into<String>) -> Evidence {
        Evidence::condition(self.said_by, self.condition, note)
    }

    /// Reason and message, as [`crate::causality`] wants them.
    pub fn words(&self) -> String {
        format!("{}: {}", self.reason, self.message)
    }
}

impl<'s> Report<'s> {
    /// What the object `cluster` of `kind`, or ClusterOperator `operator`, says under `name`. The
    /// last word of the type says which status is bad.
    pub fn of(case: &Case<'s>, kind: &Kind, operator: &str, name: &str) -> Self {
        let own = case.find_as::<Operator<'s>>(kind, "", "cluster");
        if let Some((own, condition)) = own.and_then(|own| Some((own, own.condition(name)?))) {
            return if is_bad(name, condition) {
                Self::Bad(Reported {
                    said_by: own.resource(),
                    condition,
                    reason: condition.reason().into_owned(),
                    message: condition.message().into_owned(),
                })
            } else {
                Self::Fine
            };
        }
        let Some(summary) = case.find::<ClusterOperator<'s>>("", operator) else {
            return Self::NoSource;
        };
        match summed_up(summary, name) {
            Some(reported) => Self::Bad(reported),
            None => Self::Fine,
        }
    }

    /// The words, where it is bad.
    pub fn bad(self) -> Option<Reported<'s>> {
        match self {
            Self::Bad(reported) => Some(reported),
            Self::Fine | Self::NoSource => None,
        }
    }

    /// Whether nobody was collected who would say so.
    pub fn has_no_source(&self) -> bool {
        matches!(self, Self::NoSource)
    }
}

fn summed_up<'s>(summary: ClusterOperator<'s>, name: &str) -> Option<Reported<'s>> {
    let kind = ["Available", "Degraded", "Progressing"].into_iter().find(|k| name.ends_with(k))?;
    let condition = summary.condition(kind).filter(|condition| is_bad(kind, *condition))?;
    let tag = format!("{name}: ");
    let message = condition.message();
    let lines: Vec<_> = message.lines().filter_map(|line| line.strip_prefix(&*tag)).collect();
    if lines.is_empty() {
        return None;
    }
    let prefix = format!("{}_", name.strip_suffix(kind)?);
    let reason = condition.reason();
    let reason = reason.split("::").find_map(|part| part.strip_prefix(&*prefix));
    Some(Reported {
        said_by: summary.resource(),
        condition,
        reason: reason.unwrap_or_default().to_owned(),
        message: lines.join("\n"),
    })
}

fn is_bad(name: &str, condition: Condition<'_>) -> bool {
    if name.ends_with("Available") { condition.is_false() } else { condition.is_true() }
}
