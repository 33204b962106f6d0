//! One condition of all `IngressController`s, as the ingress operator reports it.
//!
//! Source: openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go` and
//! `pkg/operator/controller/status/controller.go`: ClusterOperator `ingress` contains the
//! conditions of degraded controllers as `<Type>=<Status> (<Reason>: <Message>)`.

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kinds::INGRESS_CONTROLLER;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Condition, IngressController};

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::quoting::excerpt;
use crate::terms::verdict::{Checked, Gap, GapKind, Judged};

/// One condition of one `IngressController` that is not True.
pub struct IngressCondition<'s> {
    /// The object that has the condition: the `IngressController`, or the ClusterOperator.
    pub reported_by: &'s Resource,
    /// The condition of that object.
    pub condition: Condition<'s>,
    /// The name of the `IngressController`.
    pub controller: String,
    /// The reason.
    pub reason: String,
    /// The message.
    pub message: String,
    /// Whether the status is False, not Unknown.
    pub is_false: bool,
}

/// One condition of all `IngressController`s.
pub struct IngressConditions<'s> {
    /// How many objects were examined.
    pub examined: usize,
    /// The conditions that are not True.
    pub bad: Vec<IngressCondition<'s>>,
}

impl<'s> IngressConditions<'s> {
    /// Reads the condition `name` of every `IngressController`, or else from the ClusterOperator.
    pub fn of(cx: &RuleContext<'s>, name: &str) -> Result<Self, Gap> {
        let controllers: Vec<IngressController<'s>> = cx.all().collect();
        if controllers.is_empty() {
            return Self::from_cluster_operator(cx, name);
        }
        let bad = controllers
            .iter()
            .filter_map(|controller| {
                let condition = controller.condition(name).filter(|c| !c.is_true())?;
                Some(IngressCondition {
                    reported_by: controller.resource(),
                    condition,
                    controller: controller.resource().name().to_owned(),
                    reason: condition.reason().into_owned(),
                    message: condition.message().into_owned(),
                    is_false: condition.is_false(),
                })
            })
            .collect();
        Ok(Self { examined: controllers.len(), bad })
    }

    /// A finding for each `IngressController` whose condition `name` is False, unless one of the
    /// conditions `first` is bad: the operator requires `name` only when they hold.
    pub fn judge_unless(
        cx: &RuleContext<'s>,
        name: &str,
        first: &[&str],
        finding: fn(&IngressCondition<'s>) -> Finding,
    ) -> Judged {
        let ready = Self::of(cx, name)?;
        let first: Result<Vec<_>, _> = first.iter().map(|name| Self::of(cx, name)).collect();
        let first = first?;
        let is_required = |it: &&IngressCondition<'s>| {
            !first.iter().flat_map(|one| &one.bad).any(|one| one.controller == it.controller)
        };
        let false_ones = ready.bad.iter().filter(|condition| condition.is_false);
        Ok(Checked::over(ready.examined, false_ones.filter(is_required).map(finding)))
    }

    fn from_cluster_operator(cx: &RuleContext<'s>, name: &str) -> Result<Self, Gap> {
        let Some(summary) = cx.find::<ClusterOperator<'s>>("", "ingress") else {
            return Err(gap(cx));
        };
        let tag = format!("{name}=False (");
        let bad = ["Degraded", "Available"]
            .into_iter()
            .filter_map(|kind| summary.condition(kind))
            .find_map(|condition| {
                let message = condition.message().into_owned();
                let (before, rest) = message.split_once(&*tag)?;
                let (reason, rest) = rest.split_once(": ").unwrap_or((rest, ""));
                let own = rest.rfind(')').and_then(|end| rest.get(..end)).unwrap_or(rest);
                Some(IngressCondition {
                    reported_by: summary.resource(),
                    condition,
                    controller: first_quoted(before).unwrap_or("default").to_owned(),
                    reason: reason.to_owned(),
                    message: own.to_owned(),
                    is_false: true,
                })
            });
        Ok(Self { examined: 1, bad: bad.into_iter().collect() })
    }
}

impl IngressConditions<'_> {
    /// Those that are False, not Unknown.
    pub fn false_ones(&self) -> impl Iterator<Item = &IngressCondition<'_>> {
        self.bad.iter().filter(|condition| condition.is_false)
    }

    /// The one of the same IngressController, if it is False.
    pub fn of_same(&self, other: &IngressCondition<'_>) -> Option<&IngressCondition<'_>> {
        self.false_ones().find(|condition| condition.controller == other.controller)
    }
}

impl IngressCondition<'_> {
    /// A finding about `subject`, based on this condition; `{controller}` in the words of its rule is
    /// the name of the IngressController. It explains what the ClusterOperator says of `reported_as`.
    pub fn finding(&self, subject: Subject, summary: &str, reported_as: &str) -> Finding {
        Finding::new(subject, summary.trim_end(), self.evidence(excerpt(&self.message)))
            .since(self.since())
            .with("controller", &*self.controller)
            .keywords(self.keywords())
            .explains(Subject::cluster("ClusterOperator", "ingress"), reported_as)
    }

    /// A finding about an object without which no route is reachable: `what` is not ready.
    pub fn not_ready(&self, subject: Subject, what: &str, reported_as: &str) -> Finding {
        let Subject { namespace, name, .. } = &subject;
        let (reason, message) = (&self.reason, excerpt(&self.message));
        let summary = format!("{what} {namespace}/{name} is not ready: {reason} {message}");
        self.finding(subject, &summary, reported_as)
            .explains(Subject::namespaced("Route", "openshift-ingress-canary", "canary"), "")
    }

    /// The `IngressController` as a subject.
    pub fn subject(&self) -> Subject {
        Subject::namespaced(
            "IngressController",
            "openshift-ingress-operator",
            self.controller.clone(),
        )
    }

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
}

/// The first name in quotes.
fn first_quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

fn gap(cx: &RuleContext<'_>) -> Gap {
    match cx.coverage().of_kind(&INGRESS_CONTROLLER) {
        CoverageState::Collected(_) | CoverageState::Empty => Gap::new(
            GapKind::NotCollected,
            "no IngressController and no ClusterOperator ingress was collected",
        )
        .command("oc get ingresscontrollers -n openshift-ingress-operator -o yaml"),
        state => Gap::kind(&INGRESS_CONTROLLER, &state),
    }
}
