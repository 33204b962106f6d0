//! `Pod`: phase, readiness and how its containers fare.

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

/// The end of a container's last or present run.
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

    /// The last lines the container left behind.
    pub fn message(self) -> Cow<'s, str> {
        self.0.text_at(&["message"]).unwrap_or_default()
    }

    /// When it ended.
    pub fn finished(self) -> Option<Time> {
        time::rfc3339(&self.0.text_at(&["finishedAt"])?)
    }

    /// The bytes of the file that hold it.
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

    /// Whether it passes its readiness probe.
    pub fn is_ready(self) -> bool {
        self.status.get("ready").and_then(Value::as_bool) == Some(true)
    }

    /// How often it was restarted.
    pub fn restarts(self) -> i64 {
        self.status.get("restartCount").and_then(Value::as_i64).unwrap_or(0)
    }

    /// Why it waits: `CrashLoopBackOff`, `ImagePullBackOff`, ...; None when it does not wait.
    pub fn waiting_reason(self) -> Option<Cow<'s, str>> {
        self.status.text_at(&["state", "waiting", "reason"])
    }

    /// What it says while it waits.
    pub fn waiting_message(self) -> Cow<'s, str> {
        self.status.text_at(&["state", "waiting", "message"]).unwrap_or_default()
    }

    /// Since when it runs, if it does.
    pub fn running_since(self) -> Option<Time> {
        time::rfc3339(&self.status.text_at(&["state", "running", "startedAt"])?)
    }

    /// The end of its present run, if it is over.
    pub fn terminated(self) -> Option<Terminated<'s>> {
        self.status.at(&["state", "terminated"]).filter(|value| value.is_mapping()).map(Terminated)
    }

    /// The end of the run before.
    pub fn last_terminated(self) -> Option<Terminated<'s>> {
        let value = self.status.at(&["lastState", "terminated"])?;
        value.is_mapping().then_some(Terminated(value))
    }

    /// The bytes that hold its present state, or its whole status.
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

    /// Why the pod as a whole is where it is: `Evicted`, ...
    pub fn reason(self) -> Cow<'s, str> {
        self.0.text(&["status", "reason"]).unwrap_or_default()
    }

    /// What it says of that: `The node was low on resource: ephemeral-storage.`
    pub fn message(self) -> Cow<'s, str> {
        self.0.text(&["status", "message"]).unwrap_or_default()
    }

    /// When a kubelet accepted it.
    pub fn started(self) -> Option<Time> {
        self.0.time(&["status", "startTime"])
    }

    /// Whether its containers are started again when they end; a Job's may say `Never`.
    pub fn restarts_containers(self) -> bool {
        self.0.text(&["spec", "restartPolicy"]).as_deref() != Some("Never")
    }

    /// Its labels.
    pub fn labels(self) -> Option<Value<'s>> {
        self.0.at(&["metadata", "labels"])
    }

    /// The node it runs on.
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

    /// Whether it ran to its end or was given up: nothing more is expected of it.
    pub fn is_finished(self) -> bool {
        matches!(&*self.phase(), "Succeeded" | "Failed")
    }

    /// When it was asked to go away.
    pub fn deleted(self) -> Option<Time> {
        self.0.time(&["metadata", "deletionTimestamp"])
    }

    /// Init containers first, then the others.
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

    /// Kind and name of the object that controls it.
    pub fn owner(self) -> Option<(Cow<'s, str>, Cow<'s, str>)> {
        let owner = self.0.at(&["metadata", "ownerReferences"])?.items().next()?;
        Some((owner.text_at(&["kind"])?, owner.text_at(&["name"])?))
    }

    /// The PersistentVolumeClaims of its namespace that it mounts.
    pub fn claims(self) -> impl Iterator<Item = Cow<'s, str>> {
        self.0
            .at(&["spec", "volumes"])
            .into_iter()
            .flat_map(Value::items)
            .filter_map(|volume| volume.text_at(&["persistentVolumeClaim", "claimName"]))
    }

    /// Whether an init container is one that goes on running beside the others.
    pub fn is_sidecar(self, container: &str) -> bool {
        self.0.at(&["spec", "initContainers"]).into_iter().flat_map(Value::items).any(|spec| {
            spec.text_at(&["name"]).as_deref() == Some(container)
                && spec.text_at(&["restartPolicy"]).as_deref() == Some("Always")
        })
    }

    /// The value that the spec gives an environment variable of a container, where it is written
    /// out.
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
