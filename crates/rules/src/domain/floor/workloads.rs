//! Workloads whose counters say that pods are missing or not ready.
//!
//! Sources: kubernetes/kubernetes `pkg/controller/deployment/progress.go`,
//! `pkg/controller/statefulset/stateful_set_control.go`, `pkg/controller/daemon/daemon_controller.go`;
//! the graces are those of the alerts of kubernetes-mixin.

use std::collections::BTreeMap;

use mustknow_cluster::model::kinds::{DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{Condition, Workload};
use mustknow_yaml::Value;

use super::excuses::{is_deleted, unwell_by_deletion};
use super::pod_state::{state_of, unready_since};
use super::unwell::Unwell;
use crate::domain::pods::{is_expected, pod_keywords, workload_pods};
use crate::domain::unready_pod::unready_evidence;
use crate::terms::context::RuleContext;
use crate::terms::evidence::Subject;
use crate::terms::meta::Severity;
use crate::terms::quoting::pluralize;

/// How long pods may be missing.
const MISSING: Span = Span::minutes(15);
/// How long the controller may report a failure, or be silent.
const REPORTED: Span = Span::minutes(10);
/// How long a component may take to act on a new object.
const REACTION: Span = Span::minutes(5);
/// How long a rollout that continues may take.
const ROLLOUT: Span = Span::minutes(30);
/// How many pods one finding shows.
const SHOWN: usize = 3;

/// A workload of one of the kinds with counters, if it is not well.
pub(super) fn unwell_workload<'s>(
    cx: &RuleContext<'s>,
    resource: &'s Resource,
) -> Option<Unwell<'s>> {
    if is_deleted(resource) {
        return unwell_by_deletion(resource);
    }
    let counters = Counters::of(cx, resource)?;
    if counters.desired == 0 {
        return None;
    }
    if resource.at(&["status"]).is_none_or(Value::is_empty) {
        let head = "has no status: no controller acts on it";
        let unwell = Unwell::new(resource, head, REACTION).since(resource.created());
        return Some(unwell.state("no status"));
    }
    let by_condition = by_condition(resource, &counters);
    let unwell = by_condition
        .or_else(|| short_of_pods(cx, resource, &counters))
        .or_else(|| short_of_updated(resource, &counters))
        .or_else(|| unobserved(resource))?;
    let unwell = match deployment_of(resource) {
        Some(deployment) => unwell.about(deployment),
        None => unwell,
    };
    Some(with_pods(cx, unwell))
}

/// The Deployment that owns a ReplicaSet.
fn deployment_of(resource: &Resource) -> Option<Subject> {
    let owners = resource.at(&["metadata", "ownerReferences"])?;
    let mut owners = owners.items();
    let owner = owners.find(|owner| owner.text_at(&["kind"]).as_deref() == Some("Deployment"))?;
    Some(Subject::namespaced("Deployment", resource.namespace(), owner.text_at(&["name"])?))
}

/// What a workload wants and has.
struct Counters {
    desired: i64,
    /// How many pods are available or ready.
    ready: i64,
    /// How many exist on their nodes, of a DaemonSet.
    scheduled: Option<i64>,
    updated: Option<i64>,
    /// What `ready` counts.
    word: &'static str,
    is_paused: bool,
}

impl Counters {
    /// The counters; None for a ReplicaSet whose Deployment was collected.
    fn of(cx: &RuleContext<'_>, resource: &Resource) -> Option<Self> {
        let number = |path: &[&str]| resource.at(path).and_then(Value::as_i64);
        let status = |key: &str| number(&["status", key]);
        let kind = resource.key().kind;
        if *kind == REPLICA_SET && is_of_collected_deployment(cx, resource) {
            return None;
        }
        if *kind == DAEMON_SET {
            return Some(Self {
                desired: status("desiredNumberScheduled")
                    .unwrap_or_else(|| i64::from(resource.at(&["status"]).is_none())),
                ready: status("numberReady").unwrap_or(0),
                scheduled: status("currentNumberScheduled"),
                updated: status("updatedNumberScheduled"),
                word: "ready",
                is_paused: is_on_delete(resource),
            });
        }
        let is_paused = resource.at(&["spec", "paused"]).and_then(Value::as_bool) == Some(true);
        let (key, word) = if *kind == STATEFUL_SET {
            ("readyReplicas", "ready")
        } else {
            ("availableReplicas", "available")
        };
        let partition = number(&["spec", "updateStrategy", "rollingUpdate", "partition"]);
        Some(Self {
            desired: number(&["spec", "replicas"]).unwrap_or(1),
            ready: status(key).unwrap_or(0),
            scheduled: None,
            updated: status("updatedReplicas").filter(|_| *kind != REPLICA_SET),
            word,
            is_paused: is_paused || is_on_delete(resource) || partition.is_some_and(|it| it > 0),
        })
    }

    fn extent(&self) -> String {
        format!("has {} of {} pods {}", self.ready, self.desired, self.word)
    }

    fn severity(&self) -> Severity {
        if self.ready == 0 { Severity::Error } else { Severity::Warning }
    }
}

fn is_on_delete(resource: &Resource) -> bool {
    resource.text(&["spec", "updateStrategy", "type"]).as_deref() == Some("OnDelete")
}

/// Whether a Deployment that was collected owns the ReplicaSet.
fn is_of_collected_deployment(cx: &RuleContext<'_>, replica_set: &Resource) -> bool {
    deployment_of(replica_set).is_some_and(|owner| {
        cx.find_as::<Workload<'_>>(&DEPLOYMENT, &owner.namespace, &owner.name).is_some()
    })
}

/// What the controller itself reports.
fn by_condition<'s>(resource: &'s Resource, counters: &Counters) -> Option<Unwell<'s>> {
    let find = |name: &str| Condition::find(resource, name);
    let refused = find("ReplicaFailure").filter(|it| it.is_true());
    let stuck = find("Progressing")
        .filter(|it| it.is_false() && it.reason() == "ProgressDeadlineExceeded")
        .filter(|_| !counters.is_paused);
    let unavailable = find("Available").filter(|it| it.is_false());
    let (condition, grace) = match (refused, stuck, unavailable) {
        (Some(refused), ..) => (refused, REPORTED),
        (None, Some(stuck), _) => (stuck, Span::minutes(0)),
        (None, None, Some(unavailable)) => (unavailable, REPORTED),
        (None, None, None) => return None,
    };
    let others = [stuck, unavailable].into_iter().flatten();
    let others = others.filter(|it| it.name() != condition.name());
    let unwell = Unwell::reports(resource, condition, counters.extent(), grace);
    let since = [refused, stuck, unavailable].into_iter().flatten().filter_map(Condition::since);
    let since = since.min();
    let unwell = others.fold(unwell, Unwell::condition).severity(counters.severity());
    Some(unwell.since(since))
}

fn short_of_pods<'s>(
    cx: &RuleContext<'s>,
    resource: &'s Resource,
    counters: &Counters,
) -> Option<Unwell<'s>> {
    let subject = Subject::of(resource);
    let unready = workload_pods(cx, &subject).filter(|pod| is_expected(*pod) && !pod.is_ready());
    let since: Option<Time> = unready.filter_map(unready_since).min();
    if let Some(scheduled) = counters.scheduled.filter(|it| *it < counters.desired) {
        let head = format!("has pods on {scheduled} of {} nodes", counters.desired);
        let unwell = Unwell::new(resource, head, REPORTED).since(since);
        return Some(
            unwell
                .field(&["status", "currentNumberScheduled"], counters.extent())
                .state("pods missing")
                .severity(counters.severity()),
        );
    }
    if counters.ready >= counters.desired {
        return None;
    }
    let field = match counters.word {
        "available" => "availableReplicas",
        _ if counters.scheduled.is_some() => "numberReady",
        _ => "readyReplicas",
    };
    let unwell = Unwell::new(resource, counters.extent(), MISSING)
        .field(&["status", field], counters.extent())
        .since(since.or_else(|| Condition::find(resource, "Progressing")?.since()))
        .state("pods not ready");
    Some(unwell.severity(counters.severity()))
}

/// A rollout that does not end although its pods are ready.
fn short_of_updated<'s>(resource: &'s Resource, counters: &Counters) -> Option<Unwell<'s>> {
    let updated = counters.updated.filter(|it| *it < counters.desired)?;
    let head = format!("has {updated} of {} pods updated", counters.desired);
    let is_deployment = *resource.key().kind == DEPLOYMENT;
    if counters.is_paused && !is_deployment {
        return None;
    }
    let progressing = Condition::find(resource, "Progressing");
    let unwell = Unwell::new(resource, head, ROLLOUT)
        .since(progressing.and_then(Condition::since))
        .state("rollout");
    Some(if counters.is_paused {
        let field = unwell.field(&["spec", "paused"], "the rollout is paused").also("it is paused");
        field.severity(Severity::Info)
    } else {
        let key =
            if counters.scheduled.is_some() { "updatedNumberScheduled" } else { "updatedReplicas" };
        // Without a condition nothing shows since when.
        let unwell = unwell.field(&["status", key], "the rollout has not ended");
        if progressing.is_some() { unwell } else { unwell.severity(Severity::Info) }
    })
}

/// A workload whose controller has not seen its last change.
fn unobserved(resource: &Resource) -> Option<Unwell<'_>> {
    let number = |path: &[&str]| resource.at(path).and_then(Value::as_i64);
    let seen = number(&["status", "observedGeneration"])?;
    let generation = number(&["metadata", "generation"])?;
    (seen < generation).then(|| {
        let head = format!("was last reconciled at generation {seen} of {generation}");
        Unwell::new(resource, head, MISSING)
            .field(&["status", "observedGeneration"], format!("generation is {generation}"))
            .state("observedGeneration")
    })
}

/// Adds the states of its pods that are not ready.
fn with_pods<'s>(cx: &RuleContext<'s>, unwell: Unwell<'s>) -> Unwell<'s> {
    let pods = workload_pods(cx, &unwell.subject);
    let pods: Vec<_> = pods.filter(|pod| is_expected(*pod) && !pod.is_ready()).collect();
    let mut states: BTreeMap<String, usize> = BTreeMap::new();
    for pod in &pods {
        *states.entry(state_of(*pod)).or_default() += 1;
    }
    let words: Vec<_> = states
        .into_iter()
        .map(|(state, count)| format!("{} in {state}", pluralize(count, "pod")))
        .collect();
    let shown = pods.iter().take(SHOWN).map(|pod| unready_evidence(*pod));
    unwell.also(&words.join(", ")).evidence(shown).keywords(pod_keywords(pods.iter().copied()))
}
