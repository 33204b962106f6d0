//! Pods: their creation and deletion, and the starts and ends of their containers.
//!
//! The conditions of pods are in `conditions`.
//! A pod shows the current run of a container and the previous one.

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Container, Pod, Terminated};
use mustknow_rules::{Severity, Subject};

use super::collector::{CollectContext, EventCollector};
use super::timeline_event::{Source, TimelineEvent, field_place, non_zero, place_at, with_details};

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    for pod in cx.snapshot.all::<Pod<'_>>() {
        let resource = pod.resource();
        let metadata = [
            ("creationTimestamp", resource.created(), "created"),
            ("deletionTimestamp", pod.deleted(), "end of the grace period of its deletion"),
        ];
        for (name, time, message) in metadata {
            let Some(time) = non_zero(time) else { continue };
            let place = field_place(resource, &["metadata", name]);
            let subject = Subject::of(resource);
            collector.add(TimelineEvent::new(
                time,
                Source::Pod,
                Severity::Info,
                subject,
                message,
                place,
            ));
        }
        for container in pod.containers() {
            runs(pod, container, collector);
        }
    }
}

fn runs(pod: Pod<'_>, container: Container<'_>, collector: &mut EventCollector<'_>) {
    let (name, restarts) = (container.name(), container.restarts());
    let noun = if container.is_init() { "init container" } else { "container" };
    let resource = pod.resource();
    let mut add = |time, severity, message: &str, span| {
        if let Some(time) = non_zero(time) {
            let (subject, place) = (Subject::of(resource), place_at(resource, span));
            collector.add(TimelineEvent::new(time, Source::Pod, severity, subject, message, place));
        }
    };
    let again = if restarts > 0 { format!(" again, restart {restarts}") } else { String::new() };
    let message = format!("{noun} {name} started{again}");
    add(container.running_since(), Severity::Info, &message, container.span());
    for end in [container.last_terminated(), container.terminated()].into_iter().flatten() {
        let code = end.exit_code().map(|code| format!(" with exit code {code}"));
        let what = format!("{noun} {name} terminated{}", code.unwrap_or_default());
        let message = with_details(&what, &end.reason(), &end.message());
        add(end.finished(), severity(end), &message, end.span());
    }
}

/// The severity of the end of a container.
fn severity(end: Terminated<'_>) -> Severity {
    match (&*end.reason(), end.exit_code()) {
        ("OOMKilled", _) => Severity::Error,
        (_, Some(0)) | ("Completed", None) => Severity::Info,
        _ => Severity::Warning,
    }
}
