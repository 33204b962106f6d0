//! How one object is doing, by its own status, in a line.
//!
//! - kubernetes/api `core/v1/types.go`, `apps/v1/types.go`, `batch/v1/types.go`

use std::borrow::Cow;

use mustknow_cluster::Snapshot;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{
    CRON_JOB, DAEMON_SET, DEPLOYMENT, JOB, NAMESPACE, NODE, PERSISTENT_VOLUME,
    PERSISTENT_VOLUME_CLAIM, POD, REPLICA_SET, SERVICE, STATEFUL_SET,
};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{
    Condition, Container, EndpointSlice, Endpoints, Node, Pod, Service, Workload,
};
use mustknow_yaml::Value;

use crate::terms::quoting::{colon_excerpt, pluralize};

/// The kinds whose controllers count pods.
const COUNTING: [&Kind; 3] = [&DEPLOYMENT, &DAEMON_SET, &STATEFUL_SET];

/// How an object is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectStatus {
    /// It reports that it is well, in these words.
    Well(String),
    /// It reports a problem.
    Unwell(String),
    /// It has no status, or none that says whether it is well.
    Exists,
    /// It does not exist; the list that would contain it.
    Absent(String),
    /// The archive does not show it, and why.
    NotCollected(String),
}

impl ObjectStatus {
    /// How an object of the archive is doing.
    pub fn of(snapshot: &Snapshot, object: &Resource) -> Self {
        if object.time(&["metadata", "deletionTimestamp"]).is_some() {
            return Self::Unwell("is being deleted".to_owned());
        }
        let kind = object.key().kind;
        if *kind == POD {
            pod(Pod::of(object))
        } else if COUNTING.contains(&kind) {
            workload(Workload::of(object))
        } else if *kind == REPLICA_SET {
            let count = |path: &[&str]| object.at(path).and_then(Value::as_i64);
            let desired = count(&["spec", "replicas"]).unwrap_or(1);
            counted(count(&["status", "readyReplicas"]).unwrap_or(0), desired, "ready")
        } else if *kind == NODE {
            node(Node::of(object))
        } else if *kind == SERVICE {
            service(snapshot, Service::of(object))
        } else if [&PERSISTENT_VOLUME_CLAIM, &PERSISTENT_VOLUME, &NAMESPACE].contains(&kind) {
            phase(object)
        } else if *kind == CRON_JOB {
            Self::Exists
        } else {
            by_conditions(object)
        }
    }

    /// Whether it is not well, or is known not to exist.
    pub fn is_bad(&self) -> bool {
        matches!(self, Self::Unwell(_) | Self::Absent(_))
    }

    /// Whether the archive ends here.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::NotCollected(_))
    }
}

fn counted(have: i64, desired: i64, what: &str) -> ObjectStatus {
    let words = format!("{have} of {desired} {what}");
    if have >= desired { ObjectStatus::Well(words) } else { ObjectStatus::Unwell(words) }
}

fn pod(pod: Pod<'_>) -> ObjectStatus {
    let phase = pod.phase().into_owned();
    let all = pod.containers().filter(|it| !it.is_init()).count();
    let ready = pod.containers().filter(|it| !it.is_init() && it.is_ready()).count();
    let restarts: i64 = pod.containers().map(Container::restarts).sum();
    let restarted = match usize::try_from(restarts) {
        Ok(0) | Err(_) => String::new(),
        Ok(count) => format!(", {}", pluralize(count, "restart")),
    };
    let waiting = pod.containers().find_map(Container::waiting_reason);
    let unscheduled = pod.condition("PodScheduled").filter(|it| it.is_false());
    if phase == "Succeeded" || (phase == "Running" && pod.is_ready()) {
        let ready = if phase == "Running" {
            format!(", {ready} of {all} containers ready")
        } else {
            String::new()
        };
        return ObjectStatus::Well(format!("{phase}{ready}{restarted}"));
    }
    let why = match (waiting, unscheduled) {
        (Some(reason), _) => format!(", {reason}"),
        (None, Some(condition)) => {
            format!(", {}{}", condition.reason(), colon_excerpt(&condition.message()))
        }
        (None, None) if pod.reason().is_empty() => String::new(),
        (None, None) => format!(", {}{}", pod.reason(), colon_excerpt(&pod.message())),
    };
    ObjectStatus::Unwell(format!("{phase}{why}, {ready} of {all} containers ready{restarted}"))
}

fn workload(workload: Workload<'_>) -> ObjectStatus {
    if workload.has_status() || workload.desired() == 0 {
        counted(workload.available(), workload.desired(), "pods available")
    } else {
        ObjectStatus::Unwell("its controller has written no status".to_owned())
    }
}

fn node(node: Node<'_>) -> ObjectStatus {
    let cordoned = if node.is_unschedulable() { ", cordoned" } else { "" };
    match node.condition("Ready") {
        Some(ready) if ready.is_true() => {
            let pressure = Condition::all(node.resource())
                .find(|it| it.name() != "Ready" && it.is_bad())
                .map(|it| format!(", {}", it.name()));
            match pressure {
                Some(pressure) => ObjectStatus::Unwell(format!("Ready{pressure}{cordoned}")),
                None => ObjectStatus::Well(format!("Ready{cordoned}")),
            }
        }
        Some(ready) => {
            let message = colon_excerpt(&ready.message());
            ObjectStatus::Unwell(format!("NotReady{cordoned}, {}{message}", ready.reason()))
        }
        None => ObjectStatus::Unwell(format!("it has no Ready condition{cordoned}")),
    }
}

/// A Service is as well as the endpoints behind it.
fn service(snapshot: &Snapshot, service: Service<'_>) -> ObjectStatus {
    if service.selector().is_empty() {
        return ObjectStatus::Exists;
    }
    let (namespace, name) = (service.resource().namespace(), service.resource().name());
    let slices = || {
        let all = snapshot.within::<EndpointSlice<'_>>(namespace);
        all.filter(|slice| slice.is_of_service(name)).map(EndpointSlice::ready)
    };
    let endpoints = snapshot.find::<Endpoints<'_>>(namespace, name).map(Endpoints::ready);
    match endpoints.into_iter().chain(slices()).max() {
        Some(0) => ObjectStatus::Unwell("no ready endpoints".to_owned()),
        Some(count) => ObjectStatus::Well(pluralize(count, "ready endpoint")),
        None => ObjectStatus::Exists,
    }
}

fn phase(object: &Resource) -> ObjectStatus {
    let phase = object.text(&["status", "phase"]).map(Cow::into_owned).unwrap_or_default();
    match phase.as_str() {
        "" => ObjectStatus::Exists,
        "Bound" | "Available" | "Active" => ObjectStatus::Well(phase),
        _ => ObjectStatus::Unwell(phase),
    }
}

/// The first bad condition, or the good one that says that all is well.
fn by_conditions(object: &Resource) -> ObjectStatus {
    let is_failed = |it: &Condition<'_>| *object.key().kind == JOB && it.name() == "Failed";
    let bad = Condition::all(object)
        .filter(|it| it.name() != "Upgradeable")
        .find(|it| it.is_bad() || (is_failed(it) && it.is_true()));
    if let Some(bad) = bad {
        let (reason, message) = (bad.reason(), colon_excerpt(&bad.message()));
        return ObjectStatus::Unwell(format!(
            "{}={}, {reason}{message}",
            bad.name(),
            bad.status_text()
        ));
    }
    let good = ["Ready", "Available", "Complete", "Established", "Updated"];
    let good =
        good.into_iter().find(|name| Condition::find(object, name).is_some_and(Condition::is_true));
    good.map_or(ObjectStatus::Exists, |name| ObjectStatus::Well(name.to_owned()))
}
