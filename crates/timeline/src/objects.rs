//! Objects that were made, of kinds where that is news, and those that somebody asked to go away.

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{
    self, API_SERVICE, CATALOG_SOURCE, CERTIFICATE_SIGNING_REQUEST, CLUSTER_SERVICE_VERSION,
    CUSTOM_RESOURCE_DEFINITION, DAEMON_SET, DEPLOYMENT, EVENT, INSTALL_PLAN, JOB, MACHINE,
    MACHINE_CONFIG, MACHINE_CONFIG_POOL, MACHINE_SET, MUTATING_WEBHOOK, NAMESPACE,
    PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM, POD, STATEFUL_SET, SUBSCRIPTION,
    VALIDATING_WEBHOOK,
};
use mustknow_rules::{Severity, Subject};

use super::collect::{CollectContext, EventCollector};
use super::moment::{field, set};
use super::{Source, TimelineEvent};

/// Kinds of which it is told when an object was made.
const MADE: [&Kind; 20] = [
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

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    for kind in kinds::ALL {
        // Pods say more of their end, and events have none.
        if [&POD, &EVENT].contains(kind) {
            continue;
        }
        for resource in case.snapshot.of_kind(kind) {
            let is_rendered = **kind == MACHINE_CONFIG && resource.name().starts_with("rendered-");
            let created = resource.created().filter(|_| MADE.contains(kind) && !is_rendered);
            let deleted = resource.time(&["metadata", "deletionTimestamp"]);
            for (name, time, words) in [
                ("creationTimestamp", created, "it was made"),
                ("deletionTimestamp", deleted, "somebody asked for it to go away"),
            ] {
                let Some(time) = set(time) else { continue };
                let (subject, place) =
                    (Subject::of(resource), field(resource, &["metadata", name]));
                let source = Source::Object;
                moments.add(TimelineEvent::new(
                    time,
                    source,
                    Severity::Info,
                    subject,
                    words,
                    place,
                ));
            }
        }
    }
}
