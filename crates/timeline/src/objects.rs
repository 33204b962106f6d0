//! The creation of objects of selected kinds, and requested deletions.

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{
    self, API_SERVICE, CATALOG_SOURCE, CERTIFICATE_SIGNING_REQUEST, CLUSTER_SERVICE_VERSION,
    CUSTOM_RESOURCE_DEFINITION, DAEMON_SET, DEPLOYMENT, EVENT, INSTALL_PLAN, JOB, MACHINE,
    MACHINE_CONFIG, MACHINE_CONFIG_POOL, MACHINE_SET, MUTATING_WEBHOOK, NAMESPACE,
    PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM, POD, STATEFUL_SET, SUBSCRIPTION,
    VALIDATING_WEBHOOK,
};
use mustknow_rules::{Severity, Subject};

use super::collector::{CollectContext, EventCollector};
use super::timeline_event::{Source, TimelineEvent, field_place, non_zero};

/// The kinds whose creation is an event.
const CREATED: [&Kind; 20] = [
    &NAMESPACE,
    &CUSTOM_RESOURCE_DEFINITION,
    &API_SERVICE,
    &VALIDATING_WEBHOOK,
    &MUTATING_WEBHOOK,
    &DEPLOYMENT,
    &DAEMON_SET,
    &STATEFUL_SET,
    &JOB,
    &PERSISTENT_VOLUME,
    &PERSISTENT_VOLUME_CLAIM,
    &MACHINE,
    &MACHINE_SET,
    &MACHINE_CONFIG,
    &MACHINE_CONFIG_POOL,
    &CERTIFICATE_SIGNING_REQUEST,
    &SUBSCRIPTION,
    &CATALOG_SOURCE,
    &INSTALL_PLAN,
    &CLUSTER_SERVICE_VERSION,
];

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    for kind in kinds::ALL {
        // Pods are in `pods`, and events are not deleted.
        if [&POD, &EVENT].contains(kind) {
            continue;
        }
        for resource in cx.snapshot.of_kind(kind) {
            let is_rendered = **kind == MACHINE_CONFIG && resource.name().starts_with("rendered-");
            let created = resource.created().filter(|_| CREATED.contains(kind) && !is_rendered);
            let deleted = resource.time(&["metadata", "deletionTimestamp"]);
            for (name, time, message) in [
                ("creationTimestamp", created, "created"),
                ("deletionTimestamp", deleted, "deletion requested"),
            ] {
                let Some(time) = non_zero(time) else { continue };
                let (subject, place) =
                    (Subject::of(resource), field_place(resource, &["metadata", name]));
                let source = Source::Object;
                collector.add(TimelineEvent::new(
                    time,
                    source,
                    Severity::Info,
                    subject,
                    message,
                    place,
                ));
            }
        }
    }
}
