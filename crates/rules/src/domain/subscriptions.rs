//! Bad conditions of Subscriptions.
//!
//! One failure in a namespace is reported by each of its Subscriptions.
//!
//! Source: operator-framework/operator-lifecycle-manager
//! `pkg/controller/operators/catalog/operator.go` (`syncResolvingNamespace` sets the same condition
//! on every Subscription of the namespace).

use std::collections::BTreeMap;

use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, Subscription};

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::verdict::{Checked, Judged};

/// How many Subscriptions one finding shows.
const SHOWN: usize = 3;

/// Subscriptions with the same bad condition.
pub struct SubscriptionConditions<'s> {
    /// Each Subscription with its condition, in order.
    pub members: Vec<(Subscription<'s>, Condition<'s>)>,
}

impl<'s> SubscriptionConditions<'s> {
    /// The Subscriptions whose condition of that type is True, grouped by `key`.
    fn all(
        cx: &RuleContext<'s>,
        name: &str,
        key: impl Fn(Subscription<'s>, &str) -> String,
    ) -> Vec<Self> {
        let mut groups: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for subscription in cx.all::<Subscription<'s>>() {
            if let Some(condition) = subscription.condition(name).filter(|it| it.is_true()) {
                let key = key(subscription, &condition.message());
                groups.entry(key).or_default().push((subscription, condition));
            }
        }
        groups.into_values().map(|members| Self { members }).collect()
    }

    /// What a rule finds in the Subscriptions whose condition of that type is True, grouped by `key`.
    pub fn judge(
        cx: &RuleContext<'s>,
        name: &str,
        key: impl Fn(Subscription<'s>, &str) -> String,
        finding: impl Fn(&Self) -> Option<Finding>,
    ) -> Judged {
        let examined = cx.all::<Subscription<'s>>().count();
        Ok(Checked::over(examined, Self::all(cx, name, key).iter().filter_map(finding)))
    }

    /// A finding based on them. In the words
    /// of its rule, `{namespace}` is the first of these.
    pub fn finding(&self, subject: Subject, summary: impl Into<String>) -> Option<Finding> {
        let (reason, message) = self.reason_and_message();
        let namespaces = self.namespaces();
        let mut evidence = self.evidence().into_iter();
        Some(
            Finding::new(subject, summary, evidence.next()?)
                .affects(namespaces.iter().copied())
                .since(self.since())
                .with("namespace", *namespaces.first()?)
                .keywords(format!("{reason}: {message}"))
                .keywords(self.names().join(" "))
                .evidence(evidence),
        )
    }

    /// Since when the first of them has had the condition.
    pub fn since(&self) -> Option<Time> {
        self.members.iter().filter_map(|(_, condition)| condition.since()).min()
    }

    /// The namespaces of the Subscriptions.
    pub fn namespaces(&self) -> Vec<&'s str> {
        let mut all: Vec<_> =
            self.members.iter().map(|(it, _)| it.resource().namespace()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The Subscription if it is only one, otherwise their namespace, otherwise `or`.
    pub fn subject(&self, or: impl FnOnce() -> Subject) -> Subject {
        match (self.members.as_slice(), self.namespaces().as_slice()) {
            ([(one, _)], _) => Subject::view(*one),
            (_, [namespace]) => Subject::cluster("Namespace", *namespace),
            _ => or(),
        }
    }

    /// The reason and the message of the first.
    pub fn reason_and_message(&self) -> (String, String) {
        let first = self.members.first().map(|(_, condition)| condition);
        let reason = first.map(|it| it.reason().into_owned()).unwrap_or_default();
        (reason, first.map(|it| it.message().into_owned()).unwrap_or_default())
    }

    /// The names of the Subscriptions.
    pub fn names(&self) -> Vec<&'s str> {
        self.members.iter().map(|(it, _)| it.resource().name()).collect()
    }

    /// The first few conditions as evidence.
    pub fn evidence(&self) -> Vec<Evidence> {
        let shown = self.members.iter().take(SHOWN);
        let seen = shown.map(|(subscription, condition)| {
            let note = format!("{}: {}", condition.name(), condition.reason());
            Evidence::condition(subscription.resource(), *condition, note)
        });
        seen.collect()
    }
}
