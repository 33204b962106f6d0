//! What a status says outside its conditions: a phase, a state, an error.
//!
//! Sources: the words of the phases of the operators whose CRDs are in public archives; Argo CD
//! `resource_customizations/**/health.lua`; argoproj/gitops-engine `pkg/health/health.go`.

use std::borrow::Cow;

use mustknow_cluster::model::custom_resource::{CustomKind, kind_of};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::time::Span;
use mustknow_cluster::views::Condition;
use mustknow_yaml::Value;

use super::conditions::is_well_as_a_whole;
use super::unwell::Unwell;
use crate::terms::meta::Severity;

/// How long a state that ends by itself may last.
const WAITING: Span = Span::hours(1);
/// How long an object that reports no reason may be unready.
const UNREADY: Span = Span::minutes(30);
/// A state that does not end by itself still needs to be seen for a moment: it may be retried.
const TERMINAL: Span = Span::minutes(5);

/// Fields that name a state, with those in mappings.
const STATES: &[&[&str]] = &[
    &["phase"],
    &["state"],
    &["status"],
    &["health"],
    &["healthStatus"],
    &["overallStatus"],
    &["operationalStatus"],
    &["provisioningState"],
    &["printableStatus"],
    &["clusterState"],
    &["clusterStatus"],
    &["deploymentState"],
    &["deploymentStatus"],
    &["currentPhase"],
    &["currentState"],
    &["jobState"],
    &["jobStatus"],
    &["jobDeploymentStatus"],
    &["lifecycleState"],
    &["robustness"],
    &["syncStatus"],
    &["applicationState", "state"],
    &["ceph", "health"],
    &["health", "status"],
    &["operationState", "phase"],
];

/// States that do not end by themselves.
const BAD: &[&str] = &[
    "aborted",
    "broken",
    "conflict",
    "corrupt",
    "corrupted",
    "degraded",
    "disconnected",
    "error",
    "errored",
    "failed",
    "failedvalidation",
    "failure",
    "faulted",
    "health_err",
    "inconsistent",
    "invalid",
    "lost",
    "missing",
    "not ready",
    "notready",
    "partiallyfailed",
    "red",
    "rejected",
    "stalled",
    "unavailable",
    "unhealthy",
    "unrecoverable",
];

/// States that a healthy object leaves.
const PASSING: &[&str] = &[
    "bootstrapping",
    "connecting",
    "creating",
    "health_warn",
    "initializing",
    "installing",
    "pending",
    "preparing",
    "progressing",
    "provisioning",
    "reconciling",
    "scheduling",
    "starting",
    "stopping",
    "unschedulable",
    "updating",
    "upgrading",
    "waiting",
    "yellow",
];

/// Fields that hold an error.
const ERRORS: [&str; 5] = ["errorMessage", "failureMessage", "failureReason", "lastError", "error"];

/// The ends of the names of kinds that run once: a failure is history once another one has run.
const ONE_SHOT: [&str; 15] = [
    "Run",
    "Job",
    "Backup",
    "Restore",
    "Migration",
    "Request",
    "Snapshot",
    "Build",
    "Workflow",
    "Scan",
    "Task",
    "Operation",
    "Execution",
    "Attempt",
    "Instance",
];

/// Whether objects of the kind run once.
pub(super) fn is_one_shot(kind: CustomKind<'_>) -> bool {
    ONE_SHOT.iter().any(|end| kind.kind.ends_with(end))
}

/// The object, if its phase, state or error reports a fault.
pub(super) fn unwell_by_phase(resource: &Resource) -> Option<Unwell<'_>> {
    let status = resource.at(&["status"])?;
    let known: Vec<_> =
        STATES.iter().filter_map(|path| Some((*path, text_at(status, path)?))).collect();
    let is_well = is_well_as_a_whole(resource);
    let bad = known.iter().find(|(_, state)| is_bad(state));
    let passing = || known.iter().find(|(_, state)| is_passing(state)).filter(|_| !is_well);
    let error = error_of(status).filter(|_| !is_well);
    let (path, state, grace) = match (bad, passing(), &error) {
        (Some((path, state)), ..) => (*path, state, TERMINAL),
        (None, _, Some(_)) => return error.map(|error| by_error(resource, &error)),
        (None, Some((path, state)), _) => (*path, state, WAITING),
        (None, None, None) => return unready(resource, status),
    };
    let head = format!("reports {} {state}", path.join("."));
    let full: Vec<_> = std::iter::once("status").chain(path.iter().copied()).collect();
    let unwell = Unwell::new(resource, head, grace)
        .field(&full, state.clone())
        .state(state.clone())
        .since(since(resource, status))
        .worded("", &message_of(status, error.as_deref()));
    let is_old_run = is_one_shot(kind_of(resource)) && grace == WAITING;
    Some(if is_old_run { unwell.severity(Severity::Info) } else { unwell })
}

fn by_error<'s>(resource: &'s Resource, error: &str) -> Unwell<'s> {
    let since = resource.at(&["status"]).and_then(|status| since(resource, status));
    let state = "error";
    Unwell::new(resource, "reports an error", WAITING).worded("", error).state(state).since(since)
}

/// An object that says only that it is not ready.
fn unready<'s>(resource: &'s Resource, status: Value<'s>) -> Option<Unwell<'s>> {
    if status.get("conditions").is_some_and(|conditions| !conditions.is_empty()) {
        return None;
    }
    let is_false = |key: &&&str| status.get(key).and_then(Value::as_bool) == Some(false);
    let key = ["ready", "healthy"].iter().find(is_false)?;
    let unwell = Unwell::new(resource, format!("reports {key} false"), UNREADY)
        .field(&["status", key], "false")
        .state(format!("{key} false"));
    Some(unwell.since(resource.created()))
}

fn text_at<'s>(status: Value<'s>, path: &[&str]) -> Option<Cow<'s, str>> {
    status.text_at(path).filter(|text| !text.is_empty() && text.len() < 64)
}

fn is_bad(state: &str) -> bool {
    let state = state.to_lowercase();
    BAD.binary_search(&state.as_str()).is_ok()
        || state.starts_with("crash")
        || ["failed", "failure"].iter().any(|word| state.starts_with(word) || state.ends_with(word))
        || state.ends_with("error")
        || matches!(
            state.as_str(),
            "errimagepull" | "imagepullbackoff" | "errorunschedulable" | "errorpvcnotfound"
        )
}

fn is_passing(state: &str) -> bool {
    let state = state.to_lowercase();
    PASSING.binary_search(&state.as_str()).is_ok()
        || state.starts_with("waiting")
        || state.ends_with("inprogress")
        || state == "transient_failure"
}

fn error_of(status: Value<'_>) -> Option<String> {
    ERRORS.iter().find_map(|key| {
        let value = status.get(key)?;
        let text = value.text().or_else(|| value.text_at(&["message"]))?;
        (!text.is_empty()).then(|| text.into_owned())
    })
}

fn message_of(status: Value<'_>, error: Option<&str>) -> String {
    let nested =
        [&["operationState", "message"][..], &["health", "message"], &["message"], &["reason"]];
    let text = nested.iter().find_map(|path| status.text_at(path).filter(|it| !it.is_empty()));
    error.map(str::to_owned).or(text.map(Cow::into_owned)).unwrap_or_default()
}

/// Since when: the time beside the state, or the newest transition of a condition. The creation alone
/// does not show how long a state lasts, but bounds it.
fn since(resource: &Resource, status: Value<'_>) -> Option<mustknow_cluster::model::time::Time> {
    use mustknow_cluster::model::time::rfc3339;
    let times = [
        &["health", "lastTransitionTime"][..],
        &["operationState", "finishedAt"],
        &["completionTime"],
        &["finishedAt"],
    ];
    let beside = times.iter().find_map(|path| rfc3339(&status.text_at(path)?));
    let conditions = || Condition::all(resource).filter_map(Condition::since).max();
    beside.or_else(conditions).or_else(|| resource.created())
}
