//! Pods: when they were made and asked to go, and when their containers started and ended. Their
//! conditions stand in `conditions`.
//!
//! Of the runs of a container a pod tells the present one and the one before.

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Container, Pod, Terminated};
use mustknow_rules::{Severity, Subject};

use super::collect::{CollectContext, EventCollector};
use super::moment::{field, said, set, within};
use super::{Source, TimelineEvent};

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    for pod in case.snapshot.all::<Pod<'_>>() {
        let resource = pod.resource();
        let metadata = [
            ("creationTimestamp", resource.created(), "it was made"),
            ("deletionTimestamp", pod.deleted(), "it was to be gone, as somebody deleted it"),
        ];
        for (name, time, words) in metadata {
            let Some(time) = set(time) else { continue };
            let place = field(resource, &["metadata", name]);
            let subject = Subject::of(resource);
            moments.add(TimelineEvent::new(
                time,
                Source::Pod,
                Severity::Info,
                subject,
                words,
                place,
            ));
        }
        for container in pod.containers() {
            runs(pod, container, moments);
        }
    }
}

fn runs(pod: Pod<'_>, container: Container<'_>, moments: &mut EventCollector<'_>) {
    let (name, restarts) = (container.name(), container.restarts());
    let noun = if container.is_init() { "init container" } else { "container" };
    let resource = pod.resource();
    let mut add = |time, severity, words: &str, span| {
        if let Some(time) = set(time) {
            let (subject, place) = (Subject::of(resource), within(resource, span));
            moments.add(TimelineEvent::new(time, Source::Pod, severity, subject, words, place));
        }
    };
    let again = if restarts > 0 { format!(" again, restart {restarts}") } else { String::new() };
    let words = format!("{noun} {name} started{again}");
    add(container.running_since(), Severity::Info, &words, container.span());
    for end in [container.last_terminated(), container.terminated()].into_iter().flatten() {
        let code = end.exit_code().map(|code| format!(" with exit code {code}"));
        let what = format!("{noun} {name} ended{}", code.unwrap_or_default());
        let words = said(&what, &end.reason(), &end.message());
        add(end.finished(), severity(end), &words, end.span());
    }
}

/// How bad the end of a container is.
fn severity(end: Terminated<'_>) -> Severity {
    match (&*end.reason(), end.exit_code()) {
        ("OOMKilled", _) => Severity::Error,
        (_, Some(0)) | ("Completed", None) => Severity::Info,
        _ => Severity::Warning,
    }
}
