//! Every kind of the table of kinds with its predicate.

use std::collections::{BTreeMap, BTreeSet};

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Span;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, Pod, Service};
use mustknow_yaml::Value;
use rayon::prelude::*;

use super::custom_kinds::unwell_by_status;
use super::excuses::{is_deleted, unwell_by_deletion};
use super::jobs::{unwell_cron_job, unwell_job};
use super::pod_state::{unready_since, unwell_pod};
use super::storage::{unwell_attachment, unwell_claim, unwell_volume};
use super::unwell::Unwell;
use super::workloads::unwell_workload;
use crate::domain::pods::{is_expected, pods_labelled, workload};
use crate::terms::context::RuleContext;
use crate::terms::evidence::Subject;
use crate::terms::meta::Severity;

/// The predicate of a kind.
type Predicate = for<'s> fn(&RuleContext<'s>, &'s Resource) -> Option<Unwell<'s>>;

/// The kinds with a predicate of their own; all others follow the conventions of their status.
const PREDICATES: &[(&Kind, Predicate)] = &[
    (&kinds::DEPLOYMENT, unwell_workload),
    (&kinds::STATEFUL_SET, unwell_workload),
    (&kinds::DAEMON_SET, unwell_workload),
    (&kinds::REPLICA_SET, unwell_workload),
    (&kinds::JOB, unwell_job),
    (&kinds::CRON_JOB, unwell_cron_job),
    (&kinds::NODE, |_, node| unwell_node(node)),
    (&kinds::PERSISTENT_VOLUME_CLAIM, unwell_claim),
    (&kinds::PERSISTENT_VOLUME, |_, volume| unwell_volume(volume)),
    (&kinds::VOLUME_ATTACHMENT, |_, attachment| unwell_attachment(attachment)),
    (&kinds::SERVICE, unwell_service),
    (&kinds::NAMESPACE, |_, namespace| unwell_namespace(namespace)),
    (&kinds::API_SERVICE, |_, api| unwell_api(api)),
    (&kinds::CUSTOM_RESOURCE_DEFINITION, |_, definition| unwell_definition(definition)),
    (&kinds::HORIZONTAL_POD_AUTOSCALER, |_, autoscaler| unwell_autoscaler(autoscaler)),
    (&kinds::POD_DISRUPTION_BUDGET, |_, budget| unwell_budget(budget)),
    (&kinds::CERTIFICATE_SIGNING_REQUEST, |_, request| unwell_request(request)),
];

/// Kinds that are judged by other means: they have no status, or one that says nothing of a fault,
/// or `olm/` and `update/` know what their states mean.
const NOT_JUDGED: &[&Kind] = &[
    &kinds::API_REQUEST_COUNT,
    &kinds::CLUSTER_SERVICE_VERSION,
    &kinds::CONFIG_MAP,
    &kinds::CUSTOM_RESOURCE,
    &kinds::DNS_RECORD,
    &kinds::ENDPOINTS,
    &kinds::ENDPOINT_SLICE,
    &kinds::EVENT,
    &kinds::INGRESS,
    &kinds::LEASE,
    &kinds::POD,
    &kinds::POD_NETWORK_CONNECTIVITY_CHECK,
    &kinds::RESOURCE_QUOTA,
    &kinds::ROUTE,
    &kinds::SECRET,
    &kinds::SERVICE_ACCOUNT,
];

/// The objects of the table of kinds that are not well, and how many were judged.
pub fn unwell_built_in<'s>(cx: &RuleContext<'s>) -> (usize, Vec<Unwell<'s>>) {
    let (mut judged, mut unwell) = (0, Vec::new());
    let has_operators = !cx.snapshot().of_kind(&kinds::CLUSTER_OPERATOR).is_empty();
    // A ClusterOperator sums up the conditions of the resources of its operator.
    let is_summed_up = |kind: &Kind| has_operators && kind.group.ends_with("operator.openshift.io");
    let judged_kinds = kinds::ALL.iter().filter(|kind| !NOT_JUDGED.contains(kind));
    for kind in judged_kinds.filter(|kind| !is_summed_up(kind)) {
        let own = PREDICATES.iter().find(|(known, _)| known == kind).map(|(_, own)| *own);
        let predicate: Predicate = own.unwrap_or(|_, resource| unwell_by_status(resource));
        let (count, found) = judge_each(cx, kind, |object| predicate(cx, object));
        judged += count;
        unwell.extend(found);
    }
    // What a workload reports of itself covers its pods.
    let told: BTreeSet<Subject> = unwell.iter().map(|one| one.subject.clone()).collect();
    let mut pods: BTreeMap<Subject, Vec<Unwell<'s>>> = BTreeMap::new();
    let (count, found) = judge_each(cx, &kinds::POD, |pod| {
        let pod = Pod::of(pod);
        let is_told = !told.is_empty() && told.contains(&workload(pod));
        if is_told { None } else { unwell_pod(pod) }
    });
    judged += count;
    for one in found {
        pods.entry(one.subject.clone()).or_default().push(one);
    }
    unwell.extend(pods.into_values().filter_map(|mut of_workload| {
        let first = (!of_workload.is_empty()).then(|| of_workload.remove(0))?;
        Some(first.and_others(&of_workload))
    }));
    (judged, unwell)
}

/// How many objects of a kind were observed, and those of them that are not well. No rule reads as
/// many objects, so the threads share them.
fn judge_each<'s>(
    cx: &RuleContext<'s>,
    kind: &Kind,
    predicate: impl Fn(&'s Resource) -> Option<Unwell<'s>> + Sync,
) -> (usize, Vec<Unwell<'s>>) {
    let objects = cx.snapshot().of_kind(kind).par_iter();
    let observed = objects.filter(|it| !cx.is_overdue() && is_observed(it));
    let judged: Vec<_> =
        observed.map(|object| predicate(object).filter(|one| one.counts(cx))).collect();
    (judged.len(), judged.into_iter().flatten().collect())
}

/// Whether the object was read from a cluster: a manifest has no creation.
fn is_observed(resource: &Resource) -> bool {
    resource.created().is_some()
}

/// A node that is not ready, or one of whose own conditions is true.
fn unwell_node(node: &Resource) -> Option<Unwell<'_>> {
    // kubernetes/api `core/v1/types.go`; the rest are of cloud providers.
    const STEPS: [&str; 5] = [
        "DrainInProgress",
        "Drained",
        "GracefulNodeShutdownInProgress",
        "MaintenanceInProgress",
        "MaintenancePlanned",
    ];
    if is_deleted(node) {
        return unwell_by_deletion(node);
    }
    let is_summary = |it: &Condition<'_>| it.name().ends_with("Ready");
    let is_bad = |it: &Condition<'_>| {
        if it.name() == "Ready" {
            !it.is_true()
        } else if is_summary(it) {
            it.is_false()
        } else {
            it.is_true() && !STEPS.contains(&&*it.name())
        }
    };
    let mut bad: Vec<_> = Condition::all(node).filter(is_bad).collect();
    bad.sort_by_key(|it| !is_summary(it));
    let (first, rest) = bad.split_first()?;
    let (head, grace, severity) = if is_summary(first) {
        ("is not ready".to_owned(), Span::minutes(5), Severity::Error)
    } else {
        (format!("reports {}", first.name()), Span::minutes(10), Severity::Warning)
    };
    let unwell = Unwell::reports(node, *first, head, grace).severity(severity);
    Some(rest.iter().copied().fold(unwell, Unwell::condition))
}

/// A Service without a load balancer, or one none of whose pods is ready.
fn unwell_service<'s>(cx: &RuleContext<'s>, resource: &'s Resource) -> Option<Unwell<'s>> {
    if is_deleted(resource) {
        return unwell_by_deletion(resource);
    }
    let service = Service::of(resource);
    if service.of_type() == "LoadBalancer" && !service.has_balancer() {
        let unwell = Unwell::new(resource, "has no load balancer", Span::minutes(10));
        let unwell = unwell.field(&["spec", "type"], "LoadBalancer").state("no load balancer");
        return Some(unwell.since(resource.created()));
    }
    let publishes = resource.at(&["spec", "publishNotReadyAddresses"]).and_then(Value::as_bool);
    let selector = service.selector();
    let (key, value) = selector.first()?;
    if publishes == Some(true) {
        return None;
    }
    let is_selected = |pod: &Pod<'_>| {
        let label = |key: &str| pod.labels().and_then(|labels| labels.get(key)?.text());
        selector.iter().all(|(key, value)| label(key).as_deref() == Some(&**value))
    };
    let pods = pods_labelled(cx, resource.namespace(), (key, value));
    let pods: Vec<_> = pods.filter(|pod| is_expected(*pod) && is_selected(pod)).collect();
    if pods.is_empty() || pods.iter().any(|pod| pod.is_ready()) {
        return None;
    }
    let since = pods.iter().filter_map(|pod| unready_since(*pod)).max();
    let head = format!("has no ready pod among {}", pods.len());
    let unwell = Unwell::new(resource, head, Span::minutes(15)).since(since);
    let subjects: BTreeSet<_> = pods.iter().map(|pod| workload(*pod)).collect();
    let unwell = unwell.field(&["spec", "selector"], "the labels of its pods");
    Some(unwell.state("no ready pod").follows(subjects))
}

fn unwell_namespace(namespace: &Resource) -> Option<Unwell<'_>> {
    if !is_deleted(namespace)
        && namespace.text(&["status", "phase"]).as_deref() != Some("Terminating")
    {
        return None;
    }
    let unwell = Unwell::new(namespace, "has been terminating", Span::minutes(10))
        .since(namespace.time(&["metadata", "deletionTimestamp"]))
        .field(&["status", "phase"], "the namespace is being deleted");
    let open = Condition::all(namespace).filter(|it| it.is_true());
    Some(open.fold(unwell, Unwell::condition).state("Terminating"))
}

fn unwell_api(api: &Resource) -> Option<Unwell<'_>> {
    // kubernetes/kube-aggregator `pkg/controllers/status/remote/remote_available_controller.go`: these
    // say that it could not be checked.
    const UNCHECKED: [&str; 2] = ["EndpointsAccessError", "ServiceAccessError"];
    let available = Condition::find(api, "Available").filter(|it| it.is_false())?;
    let is_checked = !UNCHECKED.contains(&&*available.reason());
    is_checked.then(|| {
        Unwell::reports(api, available, "is not available", Span::minutes(5))
            .severity(Severity::Error)
    })
}

fn unwell_definition(definition: &Resource) -> Option<Unwell<'_>> {
    if is_deleted(definition) {
        return unwell_by_deletion(definition);
    }
    let bad = |name: &str| Condition::find(definition, name).filter(|it| it.is_false());
    let established = bad("Established").filter(|it| it.reason() != "Installing");
    let names = bad("NamesAccepted");
    let first = names.or(established)?;
    let unwell = Unwell::reports(definition, first, "is not served", Span::minutes(5));
    Some(match (names, established) {
        (Some(_), Some(established)) => unwell.condition(established),
        _ => unwell,
    })
}

fn unwell_autoscaler(autoscaler: &Resource) -> Option<Unwell<'_>> {
    let bad = |name: &str| {
        Condition::find(autoscaler, name)
            .filter(|it| it.is_false() && it.reason() != "ScalingDisabled")
    };
    let first = bad("AbleToScale").or_else(|| bad("ScalingActive"))?;
    Some(Unwell::reports(autoscaler, first, "cannot scale", Span::minutes(15)))
}

fn unwell_budget(budget: &Resource) -> Option<Unwell<'_>> {
    let allowed = Condition::find(budget, "DisruptionAllowed").filter(|it| it.is_false());
    if let Some(failed) = allowed.filter(|it| it.reason() == "SyncFailed") {
        return Some(Unwell::reports(budget, failed, "cannot be computed", Span::minutes(10)));
    }
    let number = |key: &str| budget.at(&["status", key]).and_then(Value::as_i64).unwrap_or(0);
    let (healthy, desired) = (number("currentHealthy"), number("desiredHealthy"));
    (number("expectedPods") > 0 && healthy < desired).then(|| {
        let head = format!("has {healthy} of {desired} pods healthy");
        let unwell = Unwell::new(budget, head, Span::minutes(15)).state("pods not healthy");
        let unwell = unwell.field(&["status", "currentHealthy"], format!("{desired} are desired"));
        unwell.since(allowed.and_then(Condition::since))
    })
}

fn unwell_request(request: &Resource) -> Option<Unwell<'_>> {
    let find = |name: &str| Condition::find(request, name);
    if let Some(failed) = find("Failed").filter(|it| it.is_true()) {
        return Some(Unwell::reports(request, failed, "has failed", Span::minutes(0)));
    }
    (find("Approved").is_none() && find("Denied").is_none()).then(|| {
        let unwell = Unwell::new(request, "has not been approved", Span::hours(1));
        unwell.since(request.created()).state("pending")
    })
}
