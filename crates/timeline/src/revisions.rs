//! Revisions of static pods, of Deployments, and of rendered MachineConfigs.
//!
//! Sources: openshift/library-go `pkg/operator/revisioncontroller` (ConfigMaps `revision-status-N`)
//! and `pkg/operator/staticpod` (`status.nodeStatuses`); openshift/machine-config-operator
//! (`rendered-...`).

use mustknow_cluster::REVISION_STATUS;
use mustknow_cluster::model::kinds::{MACHINE_CONFIG, REPLICA_SET};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ConfigMap, Operator};
use mustknow_rules::{Severity, Subject};
use mustknow_yaml::Value;

use super::collector::{CollectContext, EventCollector, ReadScope};
use super::timeline_event::{Source, TimelineEvent, field_place, non_zero, place_at, with_details};

/// The annotation with the revision of a Deployment.
const DEPLOYMENT_REVISION: &str = "deployment.kubernetes.io/revision";

pub(super) fn collect(cx: CollectContext<'_>, collector: &mut EventCollector<'_>) {
    for map in cx.snapshot.all::<ConfigMap<'_>>() {
        let Some(number) = map.resource().name().strip_prefix(REVISION_STATUS) else { continue };
        let what = format!("revision {number} created");
        let message = match cx.scope {
            ReadScope::Whole => {
                let data = |key: &str| map.data(key).unwrap_or_default();
                let status = match data("status") {
                    status if status.is_empty() => String::new(),
                    status => format!(", status {status}"),
                };
                with_details(&format!("{what}{status}"), &data("reason"), "")
            }
            ReadScope::Scan => what,
        };
        add_creation(map.resource(), &message, collector);
    }
    for config in cx.snapshot.of_kind(&MACHINE_CONFIG) {
        if config.name().starts_with("rendered-") {
            add_creation(config, "rendered", collector);
        }
    }
    for replica_set in cx.snapshot.of_kind(&REPLICA_SET) {
        if let Some(number) = replica_set.annotation(DEPLOYMENT_REVISION) {
            add_creation(
                replica_set,
                &format!("revision {number} of its Deployment created"),
                collector,
            );
        }
    }
    for operator in cx.snapshot.all::<Operator<'_>>() {
        failures(operator, collector);
    }
}

fn add_creation(resource: &Resource, message: &str, collector: &mut EventCollector<'_>) {
    let Some(time) = non_zero(resource.created()) else { return };
    let place = field_place(resource, &["metadata", "creationTimestamp"]);
    let subject = Subject::of(resource);
    collector.add(TimelineEvent::new(
        time,
        Source::Revision,
        Severity::Info,
        subject,
        message,
        place,
    ));
}

/// Revisions that failed on a node.
fn failures(operator: Operator<'_>, collector: &mut EventCollector<'_>) {
    let resource = operator.resource();
    for node in operator.node_revisions() {
        let Some(time) = non_zero(node.failed_at()) else { continue };
        let what = format!("revision {} failed on node {}", node.last_failed(), node.node());
        let first = node.failures().next().and_then(Value::text);
        let message = with_details(&what, &node.failed_reason(), &first.unwrap_or_default());
        let (subject, place) = (Subject::of(resource), place_at(resource, node.value().span()));
        collector.add(TimelineEvent::new(
            time,
            Source::Revision,
            Severity::Error,
            subject,
            &message,
            place,
        ));
    }
}
