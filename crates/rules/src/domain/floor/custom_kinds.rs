//! Custom resources, and kinds of the table that no other file here knows: by the conventions of their
//! status.
//!
//! Sources: kubernetes-sigs/cli-utils `pkg/kstatus/status/generic.go`; argoproj/gitops-engine
//! `pkg/health/health.go`.

use std::collections::BTreeMap;

use mustknow_cluster::model::custom_resource::{CustomKind, kind_of};
use mustknow_cluster::model::kinds::{CUSTOM_RESOURCE, DAEMON_SET, DEPLOYMENT, JOB, STATEFUL_SET};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::Condition;
use mustknow_yaml::Value;

use super::conditions::unwell_by_conditions;
use super::excuses::{is_deleted, is_paused, unwell_by_deletion};
use super::phases::{is_one_shot, unwell_by_phase};
use super::unwell::Unwell;
use crate::terms::context::RuleContext;
use crate::terms::evidence::Subject;
use crate::terms::meta::Severity;

/// How long a controller may take to see a change.
const OBSERVATION: Span = Span::minutes(15);

/// The custom resources that are not well, and how many there are.
pub fn unwell_custom<'s>(cx: &RuleContext<'s>) -> (usize, Vec<Unwell<'s>>) {
    let all = cx.of_kind(&CUSTOM_RESOURCE);
    let newest = newest_successes(all);
    let judged = all.iter().take_while(|_| !cx.is_overdue());
    let owned = OwnedWorkloads::of(cx, all);
    let unwell = judged.filter_map(|resource| {
        let unwell = unwell_by_status(resource)?.follows(owned.of_owner(resource));
        let key = (kind_of(resource), resource.namespace());
        let is_history = is_one_shot(kind_of(resource))
            && newest.get(&key).is_some_and(|newest| resource.created() < Some(*newest));
        Some(if is_history { unwell.severity(Severity::Info) } else { unwell })
    });
    (all.len(), unwell.collect())
}

/// Kind and name of an owner.
type Owner = (String, String);

/// The workloads that custom resources own, by namespace and owner.
struct OwnedWorkloads<'s>(BTreeMap<(&'s str, Owner), Vec<Subject>>);

impl<'s> OwnedWorkloads<'s> {
    fn of(cx: &RuleContext<'s>, owners: &[Resource]) -> Self {
        let mut by_owner = BTreeMap::new();
        let kinds = [&DEPLOYMENT, &STATEFUL_SET, &DAEMON_SET, &JOB].into_iter();
        let kinds = kinds.filter(|_| !owners.is_empty());
        for workload in kinds.flat_map(|kind| cx.snapshot().of_kind(kind)) {
            let owners = workload.at(&["metadata", "ownerReferences"]);
            for owner in owners.into_iter().flat_map(Value::items) {
                let text = |key| owner.text_at(&[key]).unwrap_or_default().into_owned();
                let key = (workload.namespace(), (text("kind"), text("name")));
                let of_owner: &mut Vec<_> = by_owner.entry(key).or_default();
                of_owner.push(Subject::of(workload));
            }
        }
        Self(by_owner)
    }

    fn of_owner(&self, owner: &Resource) -> Vec<Subject> {
        let subject = Subject::of(owner);
        let key = (subject.kind.into_owned(), subject.name);
        self.0.get(&(owner.namespace(), key)).cloned().unwrap_or_default()
    }
}

/// The newest object of each kind that runs once and each namespace that ended well.
fn newest_successes(all: &[Resource]) -> BTreeMap<(CustomKind<'_>, &str), Time> {
    let mut newest = BTreeMap::new();
    for resource in all.iter().filter(|it| is_one_shot(kind_of(it)) && has_succeeded(it)) {
        if let Some(created) = resource.created() {
            let known = newest.entry((kind_of(resource), resource.namespace())).or_insert(created);
            *known = created.max(*known);
        }
    }
    newest
}

fn has_succeeded(resource: &Resource) -> bool {
    let phase = resource.text(&["status", "phase"]).unwrap_or_default();
    matches!(&*phase, "Succeeded" | "Completed" | "Complete" | "Finished")
        || Condition::all(resource)
            .any(|it| matches!(&*it.name(), "Succeeded" | "Complete" | "Completed") && it.is_true())
}

/// An object that is not well by the conventions of its status.
pub(super) fn unwell_by_status(resource: &Resource) -> Option<Unwell<'_>> {
    if is_deleted(resource) {
        return unwell_by_deletion(resource);
    }
    if is_paused(resource) {
        return None;
    }
    match (unwell_by_conditions(resource), unwell_by_phase(resource)) {
        (Some(unwell), Some(phase)) => Some(unwell.or_worse(phase)),
        (unwell, phase) => unwell.or(phase).or_else(|| unobserved(resource)),
    }
}

/// An object whose controller has not seen its last change.
fn unobserved(resource: &Resource) -> Option<Unwell<'_>> {
    let number = |path: &[&str]| resource.at(path).and_then(Value::as_i64);
    let seen = number(&["status", "observedGeneration"])?;
    let generation = number(&["metadata", "generation"])?;
    // Zero means that it is not set.
    (seen != 0 && seen < generation).then(|| {
        let head = format!("was last reconciled at generation {seen} of {generation}");
        Unwell::new(resource, head, OBSERVATION)
            .field(&["status", "observedGeneration"], format!("generation is {generation}"))
            .state("observedGeneration")
            // Nothing shows when the change was made.
            .severity(Severity::Info)
    })
}
