//! What the ingress operator says of its `IngressController`s, one condition at a time.
//!
//! Source: openshift/cluster-ingress-operator `pkg/operator/controller/ingress/status.go` and
//! `pkg/operator/controller/status/controller.go`: ClusterOperator `ingress` repeats the
//! conditions that degrade a controller as `<Type>=<Status> (<Reason>: <Message>)`.

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kinds::INGRESS_CONTROLLER;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Condition, IngressController};

use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};
use crate::engine::verdict::{Gap, GapKind};

/// One condition of one `IngressController` that is not True.
pub struct IngressSays<'s> {
    /// The object that says so: the `IngressController`, or the ClusterOperator in its stead.
    pub said_by: &'s Resource,
    /// The condition it stands in.
    pub condition: Condition<'s>,
    /// The `IngressController`'s name.
    pub controller: String,
    /// The reason.
    pub reason: String,
    /// The message.
    pub message: String,
    /// Whether the status is False, not Unknown.
    pub is_false: bool,
}

/// What was examined, and what was found.
pub struct Ingress<'s> {
    /// How many objects were asked.
    pub examined: usize,
    /// Those that say no.
    pub bad: Vec<IngressSays<'s>>,
}

impl<'s> Ingress<'s> {
    /// Asks every `IngressController`, or else the ClusterOperator, for the condition `name`.
    pub fn of(cx: &RuleContext<'s>, name: &str) -> Result<Self, Gap> {
        let controllers: Vec<IngressController<'s>> = cx.all().collect();
        if controllers.is_empty() {
            return Self::summed_up(cx, name);
        }
        let bad = controllers
            .iter()
            .filter_map(|controller| {
                let condition = controller.condition(name).filter(|c| !c.is_true())?;
                Some(IngressSays {
                    said_by: controller.resource(),
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

    fn summed_up(cx: &RuleContext<'s>, name: &str) -> Result<Self, Gap> {
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
                Some(IngressSays {
                    said_by: summary.resource(),
                    condition,
                    controller: quoted(before).unwrap_or("default").to_owned(),
                    reason: reason.to_owned(),
                    message: own.to_owned(),
                    is_false: true,
                })
            });
        Ok(Self { examined: 1, bad: bad.into_iter().collect() })
    }
}

impl IngressSays<'_> {
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
        Evidence::condition(self.said_by, self.condition, note)
    }

    /// Reason and message, as [`crate::causality`] wants them.
    pub fn words(&self) -> String {
        format!("{}: {}", self.reason, self.message)
    }
}

/// The first name in quotes.
fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

fn gap(cx: &RuleContext<'_>) -> Gap {
    match cx.coverage().of_kind(&INGRESS_CONTROLLER) {
        CoverageState::Collected(_) | CoverageState::Empty => Gap::new(
            GapKind::NotCollected,
            "no IngressController and no ClusterOperator ingress was collected",
        )
        .ask("oc get ingresscontrollers -n openshift-ingress-operator -o yaml"),
        state => Gap::kind(&INGRESS_CONTROLLER, &state),
    }
}
