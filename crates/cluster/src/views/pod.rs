//! `Pod`: phase, readiness and container states.

use std::borrow::Cow;
use std::ops::Range;

use mustknow_yaml::Value;

use super::condition::Condition;
use super::declare::view;
use crate::model::kinds::POD;
use crate::model::time::{self, Time};

view! {
    /// One Pod.
    Pod: POD
}

/// A terminated state of a container.
#[derive(Clone, Copy)]
pub struct Terminated<'s>(Value<'s>);

impl<'s> Terminated<'s> {
    /// `Error`, `OOMKilled`, `Completed`, ...
    pub fn reason(self) -> Cow<'s, str> {
        self.0.text_at(&["reason"]).unwrap_or_default()
    }

    /// The exit code.
    pub fn exit_code(self) -> Option<i64> {
        self.0.get("exitCode").and_then(Value::as_i64)
    }

    /// The termination message.
    pub fn message(self) -> Cow<'s, str> {
        self.0.text_at(&["message"]).unwrap_or_default()
    }

    /// `finishedAt`.
    pub fn finished(self) -> Option<Time> {
        time::rfc3339(&self.0.text_at(&["finishedAt"])?)
    }

    /// Its byte range in the file.
    pub fn span(self) -> Range<usize> {
        self.0.span()
    }
}

/// The status of one container.
#[derive(Clone, Copy)]
pub struct Container<'s> {
    status: Value<'s>,
    init: bool,
}

impl<'s> Container<'s> {
    /// The name.
    pub fn name(self) -> Cow<'s, str> {
        self.status.text_at(&["name"]).unwrap_or_default()
    }

    /// The image.
    pub fn image(self) -> Cow<'s, str> {
        self.status.text_at(&["image"]).unwrap_or_default()
    }

    /// Whether it is an init container.
    pub fn is_init(self) -> bool {
        self.init
    }

    /// Whether it is ready.
    pub fn is_ready(self) -> bool {
        self.status.get("ready").and_then(Value::as_bool) == Some(true)
    }

    /// `restartCount`.
    pub fn restarts(self) -> i64 {
        self.status.get("restartCount").and_then(Value::as_i64).unwrap_or(0)
    }

    /// The reason of its waiting state: `CrashLoopBackOff`, `ImagePullBackOff`, ...; None if it is
    /// not waiting.
    pub fn waiting_reason(self) -> Option<Cow<'s, str>> {
        self.status.text_at(&["state", "waiting", "reason"])
    }

    /// The message of its waiting state.
    pub fn waiting_message(self) -> Cow<'s, str> {
        self.status.text_at(&["state", "waiting", "message"]).unwrap_or_default()
    }

    /// Since when it is running, if it is.
    pub fn running_since(self) -> Option<Time> {
        time::rfc3339(&self.status.text_at(&["state", "running", "startedAt"])?)
    }

    /// Its terminated state, if it is terminated.
    pub fn terminated(self) -> Option<Terminated<'s>> {
        self.status.at(&["state", "terminated"]).filter(|value| value.is_mapping()).map(Terminated)
    }

    /// The terminated state of its previous instance.
    pub fn last_terminated(self) -> Option<Terminated<'s>> {
        let value = self.status.at(&["lastState", "terminated"])?;
        value.is_mapping().then_some(Terminated(value))
    }

    /// The byte range of its state, or of its status if it has none.
    pub fn span(self) -> Range<usize> {
        self.status.entry_span("state").unwrap_or_else(|| self.status.span())
    }
}

impl<'s> Pod<'s> {
    /// The name.
    pub fn name(self) -> &'s str {
        self.0.name()
    }

    /// The namespace.
    pub fn namespace(self) -> &'s str {
        self.0.namespace()
    }

    /// `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`.
    pub fn phase(self) -> Cow<'s, str> {
        self.0.text(&["status", "phase"]).unwrap_or_default()
    }

    /// `status.reason`: `Evicted`, ...
    pub fn reason(self) -> Cow<'s, str> {
        self.0.text(&["status", "reason"]).unwrap_or_default()
    }

    /// `status.message`: `The node was low on resource: ephemeral-storage.`
    pub fn message(self) -> Cow<'s, str> {
        self.0.text(&["status", "message"]).unwrap_or_default()
    }

    /// `status.startTime`: when the kubelet accepted it.
    pub fn started(self) -> Option<Time> {
        self.0.time(&["status", "startTime"])
    }

    /// Whether its terminated containers are restarted; the pods of a Job may have `Never`.
    pub fn restarts_containers(self) -> bool {
        self.0.text(&["spec", "restartPolicy"]).as_deref() != Some("Never")
    }

    /// Its labels.
    pub fn labels(self) -> Option<Value<'s>> {
        self.0.at(&["metadata", "labels"])
    }

    /// The node that it is scheduled to.
    pub fn node(self) -> Option<Cow<'s, str>> {
        self.0.text(&["spec", "nodeName"])
    }

    /// The condition of that type.
    pub fn condition(self, name: &str) -> Option<Condition<'s>> {
        Condition::find(self.0, name)
    }

    /// Whether it is Ready.
    pub fn is_ready(self) -> bool {
        self.condition("Ready").is_some_and(Condition::is_true)
    }

    /// Whether it is in a final phase.
    pub fn is_finished(self) -> bool {
        matches!(&*self.phase(), "Succeeded" | "Failed")
    }

    /// `metadata.deletionTimestamp`.
    pub fn deleted(self) -> Option<Time> {
        self.0.time(&["metadata", "deletionTimestamp"])
    }

    /// The container statuses, init containers first.
    pub fn containers(self) -> impl Iterator<Item = Container<'s>> {
        let of = move |field: &'static str, init: bool| {
            self.0
                .at(&["status", field])
                .into_iter()
                .flat_map(Value::items)
                .map(move |status| Container { status, init })
        };
        of("initContainerStatuses", true).chain(of("containerStatuses", false))
    }

    /// Kind and name of its owner.
    pub fn owner(self) -> Option<(Cow<'s, str>, Cow<'s, str>)> {
        let owner = self.0.at(&["metadata", "ownerReferences"])?.items().next()?;
        Some((owner.text_at(&["kind"])?, owner.text_at(&["name"])?))
    }

    /// The PersistentVolumeClaims that it mounts.
    pub fn claims(self) -> impl Iterator<Item = Cow<'s, str>> {
        self.0
            .at(&["spec", "volumes"])
            .into_iter()
            .flat_map(Value::items)
            .filter_map(|volume| volume.text_at(&["persistentVolumeClaim", "claimName"]))
    }

    /// The paths of its node that it mounts.
    pub fn host_paths(self) -> impl Iterator<Item = Cow<'s, str>> {
        self.0
            .at(&["spec", "volumes"])
            .into_iter()
            .flat_map(Value::items)
            .filter_map(|volume| volume.text_at(&["hostPath", "path"]))
    }

    /// Whether it uses the network of its node.
    pub fn is_on_host_network(self) -> bool {
        self.0.at(&["spec", "hostNetwork"]).and_then(Value::as_bool) == Some(true)
    }

    /// Whether an init container is a sidecar, which keeps running.
    pub fn is_sidecar(self, container: &str) -> bool {
        self.0.at(&["spec", "initContainers"]).into_iter().flat_map(Value::items).any(|spec| {
            spec.text_at(&["name"]).as_deref() == Some(container)
                && spec.text_at(&["restartPolicy"]).as_deref() == Some("Always")
        })
    }

    /// The literal value of an environment variable of a container.
    pub fn env(self, container: &str, variable: &str) -> Option<Cow<'s, str>> {
        self.0
            .at(&["spec", "containers"])?
            .items()
            .find(|entry| entry.text_at(&["name"]).as_deref() == Some(container))?
            .get("env")?
            .items()
            .find(|entry| entry.text_at(&["name"]).as_deref() == Some(variable))?
            .text_at(&["value"])
    }
}
