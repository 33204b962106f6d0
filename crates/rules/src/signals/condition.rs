//! One condition of an operator, from its operator resource or else from its ClusterOperator.
//!
//! Source: openshift/library-go `pkg/operator/status/condition.go`: the reason of the
//! ClusterOperator joins `<Type without its last word>_<reason>` with `::`, and every line that it
//! copies from a message begins with `<Type>: `.

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Condition, ConditionPolarity, Operator};

use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::quoting::excerpt;
use crate::terms::verdict::{Checked, Gap, GapKind, Judged};

/// A condition that is bad.
pub struct ConditionState<'s> {
    /// The object that has the condition.
    pub reported_by: &'s Resource,
    /// The condition of that object: the operator's own one, or the one that contains it.
    pub condition: Condition<'s>,
    /// The operator's own reason.
    pub reason: String,
    /// The operator's own message.
    pub message: String,
}

/// What the archive shows of a condition.
pub enum ConditionReport<'s> {
    /// It is bad.
    Bad(ConditionState<'s>),
    /// It is not bad.
    Healthy,
    /// No object that reports it was collected.
    NotCollected,
}

impl ConditionState<'_> {
    /// Since when.
    pub fn since(&self) -> Option<Time> {
        self.condition.since()
    }

    /// The condition as evidence.
    pub fn evidence(&self, note: impl Into<String>) -> Evidence {
        Evidence::condition(self.reported_by, self.condition, note)
    }

    /// Reason and message, as keywords of a finding.
    pub fn keywords(&self) -> String {
        format!("{}: {}", self.reason, self.message)
    }

    /// A finding about `subject` based on this condition.
    pub fn finding(&self, subject: Subject, summary: impl Into<String>) -> Finding {
        Finding::new(subject, summary, self.evidence(excerpt(&self.message)))
            .since(self.since())
            .keywords(self.keywords())
    }
}

impl<'s> ConditionReport<'s> {
    /// The condition `name` of the object `cluster` of `kind`, or of ClusterOperator `operator`.
    /// The last word of the type defines which status is bad.
    pub fn of(cx: &RuleContext<'s>, kind: &Kind, operator: &str, name: &str) -> Self {
        let own = cx
            .find_as::<Operator<'s>>(kind, "", "cluster")
            .filter(|own| own.conditions().next().is_some());
        if let Some((own, condition)) = own.and_then(|own| Some((own, own.condition(name)?))) {
            return if is_reported(condition) {
                Self::Bad(read(own.resource(), condition))
            } else {
                Self::Healthy
            };
        }
        let Some(summary) = cx.find::<ClusterOperator<'s>>("", operator) else {
            // An operator that reports other conditions would also report this one if it was bad.
            return if own.is_some() { Self::Healthy } else { Self::NotCollected };
        };
        match from_cluster_operator(summary, name) {
            Some(reported) => Self::Bad(reported),
            None => Self::Healthy,
        }
    }

    /// Any bad condition of the operator whose message `is_match`: the first one of its operator
    /// resource, or the matching lines of its ClusterOperator.
    pub fn with_message(
        cx: &RuleContext<'s>,
        kind: &Kind,
        operator: &str,
        is_match: impl Fn(&str) -> bool,
    ) -> Self {
        let own = cx
            .find_as::<Operator<'s>>(kind, "", "cluster")
            .filter(|own| own.conditions().next().is_some());
        if let Some(own) = own {
            let condition = own
                .conditions()
                .find(|condition| is_named_bad(*condition) && is_match(&condition.message()));
            return condition
                .map_or(Self::Healthy, |condition| Self::Bad(read(own.resource(), condition)));
        }
        let Some(summary) = cx.find::<ClusterOperator<'s>>("", operator) else {
            return Self::NotCollected;
        };
        let bad = ["Available", "Degraded"]
            .into_iter()
            .filter_map(|name| summary.condition(name).filter(|condition| condition.is_bad()));
        let matches = bad.filter_map(|condition| {
            let message = condition.message();
            let lines: Vec<_> =
                message.lines().filter(|line| is_match(line)).map(without_type).collect();
            let reported = read(summary.resource(), condition);
            (!lines.is_empty()).then(|| ConditionState { message: lines.join("\n"), ..reported })
        });
        matches.into_iter().next().map_or(Self::Healthy, Self::Bad)
    }

    /// What a rule finds that reads only this condition; `judge` returns None for a condition that is
    /// outside of the rule.
    pub fn judge(
        self,
        kind: &Kind,
        operator: &str,
        judge: impl FnOnce(ConditionState<'s>) -> Option<Finding>,
    ) -> Judged {
        match self {
            Self::Bad(reported) => Ok(Checked::over(1, judge(reported))),
            Self::Healthy => Ok(Checked::over(1, None)),
            Self::NotCollected => Err(Self::gap(kind, operator).into()),
        }
    }

    /// The gap of a rule that needs the condition of that operator.
    pub fn gap(kind: &Kind, operator: &str) -> Gap {
        let own = kind.qualified();
        let what = format!("{own} cluster and ClusterOperator {operator}: not collected");
        Gap::new(GapKind::NotCollected, what)
            .command(Command::new("oc get {kind} cluster -o yaml", &[("kind", own)]))
            .command(Command::new(
                "oc get clusteroperator {operator} -o yaml",
                &[("operator", operator)],
            ))
    }

    /// The condition, if it is bad.
    pub fn bad(self) -> Option<ConditionState<'s>> {
        match self {
            Self::Bad(reported) => Some(reported),
            Self::Healthy | Self::NotCollected => None,
        }
    }

    /// Whether no object that reports it was collected.
    pub fn is_not_collected(&self) -> bool {
        matches!(self, Self::NotCollected)
    }
}

fn from_cluster_operator<'s>(
    summary: ClusterOperator<'s>,
    name: &str,
) -> Option<ConditionState<'s>> {
    let kind = ["Available", "Degraded", "Progressing"].into_iter().find(|k| name.ends_with(k))?;
    let condition = summary.condition(kind).filter(|condition| is_reported(*condition))?;
    let tag = format!("{name}: ");
    let message = condition.message();
    let lines: Vec<_> = message.lines().filter_map(|line| line.strip_prefix(&*tag)).collect();
    if lines.is_empty() {
        return None;
    }
    let stem = name.strip_suffix(kind)?;
    let reason = condition.reason();
    // The image-registry operator joins both without the underscore.
    let own = |part: &'_ str| Some(part.strip_prefix(stem)?.trim_start_matches('_').to_owned());
    let reason = match stem {
        "" => Some(reason.into_owned()),
        _ => reason.split("::").find_map(own),
    };
    Some(ConditionState {
        reported_by: summary.resource(),
        condition,
        reason: reason.unwrap_or_default(),
        message: lines.join("\n"),
    })
}

/// Whether the operator is managed, or its operator resource does not show it: conditions of an
/// unmanaged operator can be stale.
pub fn is_managed(cx: &RuleContext<'_>, kind: &Kind) -> bool {
    cx.find_as::<Operator<'_>>(kind, "", "cluster")
        .is_none_or(|own| matches!(&*own.management_state(), "" | "Managed" | "Force"))
}

fn read<'s>(reported_by: &'s Resource, condition: Condition<'s>) -> ConditionState<'s> {
    ConditionState {
        reported_by,
        condition,
        reason: condition.reason().into_owned(),
        message: condition.message().into_owned(),
    }
}

/// A line of a ClusterOperator's message without the type of the operator's own condition.
fn without_type(line: &str) -> &str {
    match line.split_once(": ") {
        Some((name, own)) if name.ends_with("Available") || name.ends_with("Degraded") => own,
        _ => line,
    }
}

/// Whether a condition is bad, if its type defines which status is bad.
fn is_named_bad(condition: Condition<'_>) -> bool {
    let name = condition.name();
    (name.ends_with("Available") || name.ends_with("Degraded")) && condition.is_bad()
}

/// Whether a condition reports a problem, or, for a type of no polarity such as `Progressing`, is True.
fn is_reported(condition: Condition<'_>) -> bool {
    let polarity = ConditionPolarity::of(&condition.name());
    condition.is_bad_with(polarity.unwrap_or(ConditionPolarity::BadWhenTrue))
}
