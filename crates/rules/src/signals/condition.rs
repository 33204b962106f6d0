//! What an operator says under one type of condition: in its own object, or, where that was not
//! collected, as its ClusterOperator repeats it.
//!
//! Source: openshift/library-go `pkg/operator/status/condition.go`: the ClusterOperator's reason
//! joins `<Type without its last word>_<reason>` with `::`, and every line of a message that it
//! takes over begins with `<Type>: `.

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::OPERATOR_NETWORK;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Condition, ConditionPolarity, Operator};

use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};
use crate::engine::finding::Finding;
use crate::engine::quoting::excerpt;
use crate::engine::verdict::{Gap, GapKind, Verdict};

/// The words of a condition that is bad.
pub struct ConditionState<'s> {
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
pub enum ConditionReport<'s> {
    /// It is bad.
    Bad(ConditionState<'s>),
    /// Somebody who would say so does not.
    Fine,
    /// Nobody who would say so was collected.
    NoSource,
}

impl ConditionState<'_> {
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

    /// A finding about `subject` that rests on these words.
    pub fn finding(&self, subject: Subject, summary: impl Into<String>) -> Finding {
        Finding::new(subject, summary, self.evidence(excerpt(&self.message)))
            .since(self.since())
            .keywords(self.words())
    }
}

impl<'s> ConditionReport<'s> {
    /// What the object `cluster` of `kind`, or ClusterOperator `operator`, says under `name`. The
    /// last word of the type says which status is bad.
    pub fn of(cx: &RuleContext<'s>, kind: &Kind, operator: &str, name: &str) -> Self {
        let own = cx
            .find_as::<Operator<'s>>(kind, "", "cluster")
            .filter(|own| own.conditions().next().is_some());
        if let Some((own, condition)) = own.and_then(|own| Some((own, own.condition(name)?))) {
            return if is_reported(condition) {
                Self::Bad(read(own.resource(), condition))
            } else {
                Self::Fine
            };
        }
        let Some(summary) = cx.find::<ClusterOperator<'s>>("", operator) else {
            // An operator that reports other conditions would report this one were it bad.
            return if own.is_some() { Self::Fine } else { Self::NoSource };
        };
        match summed_up(summary, name) {
            Some(reported) => Self::Bad(reported),
            None => Self::Fine,
        }
    }

    /// What the operator says in any condition whose message `is_meant` recognises: the first bad
    /// one of its own object, or the lines of its ClusterOperator.
    pub fn with_message(
        cx: &RuleContext<'s>,
        kind: &Kind,
        operator: &str,
        is_meant: impl Fn(&str) -> bool,
    ) -> Self {
        let own = cx
            .find_as::<Operator<'s>>(kind, "", "cluster")
            .filter(|own| own.conditions().next().is_some());
        if let Some(own) = own {
            let condition = own
                .conditions()
                .find(|condition| is_named_bad(*condition) && is_meant(&condition.message()));
            return condition
                .map_or(Self::Fine, |condition| Self::Bad(read(own.resource(), condition)));
        }
        let Some(summary) = cx.find::<ClusterOperator<'s>>("", operator) else {
            return Self::NoSource;
        };
        let bad = ["Available", "Degraded"]
            .into_iter()
            .filter_map(|name| summary.condition(name).filter(|condition| condition.is_bad()));
        let meant = bad.filter_map(|condition| {
            let message = condition.message();
            let lines: Vec<_> =
                message.lines().filter(|line| is_meant(line)).map(without_type).collect();
            let reported = read(summary.resource(), condition);
            (!lines.is_empty()).then(|| ConditionState { message: lines.join("\n"), ..reported })
        });
        meant.into_iter().next().map_or(Self::Fine, Self::Bad)
    }

    /// What the network operator says in `Degraded` under one of `reasons`. It has no conditions of
    /// controllers: of several failures it names the first, in its own object and its
    /// ClusterOperator alike (openshift/cluster-network-operator
    /// `pkg/controller/statusmanager/status_manager.go`).
    pub fn of_network(cx: &RuleContext<'s>, reasons: &[&str]) -> Self {
        let own = cx.find_as::<Operator<'s>>(&OPERATOR_NETWORK, "", "cluster");
        let own = own.and_then(|own| Some((own.resource(), own.condition("Degraded")?)));
        let summary = || {
            let summary = cx.find::<ClusterOperator<'s>>("", "network")?;
            Some((summary.resource(), summary.condition("Degraded")?))
        };
        match own.or_else(summary) {
            Some((said_by, condition))
                if condition.is_true() && reasons.contains(&&*condition.reason()) =>
            {
                Self::Bad(read(said_by, condition))
            }
            Some(_) => Self::Fine,
            None => Self::NoSource,
        }
    }

    /// The verdict of a rule that judges these words and nothing else; None of `judge` for words
    /// that are another matter.
    pub fn verdict(
        self,
        kind: &Kind,
        operator: &str,
        judge: impl FnOnce(ConditionState<'s>) -> Option<Finding>,
    ) -> Verdict {
        match self {
            Self::Bad(reported) => Verdict::over(1, judge(reported).into_iter().collect(), ""),
            Self::Fine => Verdict::Healthy { examined: 1 },
            Self::NoSource => Verdict::Unknown(Self::gap(kind, operator)),
        }
    }

    /// What is missing when nobody was collected who would say so.
    pub fn gap(kind: &Kind, operator: &str) -> Gap {
        let own = kind.qualified();
        let what = format!("{own} cluster and ClusterOperator {operator}: not collected");
        Gap::new(GapKind::NotCollected, what)
            .ask(format!("oc get {own} cluster -o yaml"))
            .ask(format!("oc get clusteroperator {operator} -o yaml"))
    }

    /// The words, where it is bad.
    pub fn bad(self) -> Option<ConditionState<'s>> {
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

fn summed_up<'s>(summary: ClusterOperator<'s>, name: &str) -> Option<ConditionState<'s>> {
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
    // The image-registry operator joins both without the line between.
    let own = |part: &'_ str| Some(part.strip_prefix(stem)?.trim_start_matches('_').to_owned());
    let reason = match stem {
        "" => Some(reason.into_owned()),
        _ => reason.split("::").find_map(own),
    };
    Some(ConditionState {
        said_by: summary.resource(),
        condition,
        reason: reason.unwrap_or_default(),
        message: lines.join("\n"),
    })
}

/// Whether the operator is to manage what it runs, as far as its own object says: otherwise its
/// conditions may be of another time.
pub fn is_managed(cx: &RuleContext<'_>, kind: &Kind) -> bool {
    cx.find_as::<Operator<'_>>(kind, "", "cluster")
        .is_none_or(|own| matches!(&*own.management_state(), "" | "Managed" | "Force"))
}

fn read<'s>(said_by: &'s Resource, condition: Condition<'s>) -> ConditionState<'s> {
    ConditionState {
        said_by,
        condition,
        reason: condition.reason().into_owned(),
        message: condition.message().into_owned(),
    }
}

/// A line of a ClusterOperator without the type of the condition it was taken over from.
fn without_type(line: &str) -> &str {
    match line.split_once(": ") {
        Some((name, own)) if name.ends_with("Available") || name.ends_with("Degraded") => own,
        _ => line,
    }
}

/// Whether an `Available` or `Degraded` condition reports a problem.
fn is_named_bad(condition: Condition<'_>) -> bool {
    let name = condition.name();
    (name.ends_with("Available") || name.ends_with("Degraded")) && condition.is_bad()
}

/// Whether a condition reports a problem, or, for a type of no polarity such as `Progressing`, is True.
fn is_reported(condition: Condition<'_>) -> bool {
    let polarity = ConditionPolarity::of(&condition.name());
    condition.is_bad_with(polarity.unwrap_or(ConditionPolarity::BadWhenTrue))
}
