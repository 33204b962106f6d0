//! Revisions: of static pods, of Deployments, and of what machines are to have.
//!
//! Sources: openshift/library-go `pkg/operator/revisioncontroller` (ConfigMaps `revision-status-N`) and
//! `pkg/operator/staticpod` (`status.nodeStatuses`); openshift/machine-config-operator (`rendered-...`).

use mustknow_cluster::REVISION_STATUS;
use mustknow_cluster::model::kinds::{MACHINE_CONFIG, REPLICA_SET};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ConfigMap, Operator};
use mustknow_rules::{Severity, Subject};
use mustknow_yaml::Value;

use super::collect::{CollectContext, EventCollector, ReadScope};
use super::moment::{field, said, set, within};
use super::{Source, TimelineEvent};

/// The annotation in which a Deployment counts its ReplicaSets.
const OF_DEPLOYMENT: &str = "deployment.kubernetes.io/revision";

pub(super) fn collect(case: CollectContext<'_>, moments: &mut EventCollector<'_>) {
    for map in case.snapshot.all::<ConfigMap<'_>>() {
        let Some(number) = map.resource().name().strip_prefix(REVISION_STATUS) else { continue };
        let what = format!("revision {number} was begun");
        let words = match case.depth {
            ReadScope::Whole => {
                let data = |key: &str| map.data(key).unwrap_or_default();
                let status = match data("status") {
                    status if status.is_empty() => String::new(),
                    status => format!(", its status is {status}"),
                };
                said(&format!("{what}{status}"), &data("reason"), "")
            }
            ReadScope::Scan => what,
        };
        made(map.resource(), &words, moments);
    }
    for config in case.snapshot.of_kind(&MACHINE_CONFIG) {
        if config.name().starts_with("rendered-") {
            made(config, "it was rendered", moments);
        }
    }
    for set in case.snapshot.of_kind(&REPLICA_SET) {
        if let Some(number) = set.annotation(OF_DEPLOYMENT) {
            made(set, &format!("revision {number} of its Deployment was made"), moments);
        }
    }
    for operator in case.snapshot.all::<Operator<'_>>() {
        failures(operator, moments);
    }
}

fn made(resource: &Resource, words: &str, moments: &mut EventCollector<'_>) {
    let Some(time) = set(resource.created()) else { return };
    let place = field(resource, &["metadata", "creationTimestamp"]);
    let subject = Subject::of(resource);
    moments.add(TimelineEvent::new(time, Source::Revision, Severity::Info, subject, words, place));
}

/// Revisions that failed on a node.
fn failures(operator: Operator<'_>, moments: &mut EventCollector<'_>) {
    let resource = operator.resource();
    for node in operator.node_revisions() {
        let Some(time) = set(node.failed_at()) else { continue };
        let what = format!("revision {} failed on node {}", node.last_failed(), node.node());
        let first = node.failures().next().and_then(Value::text);
        let words = said(&what, &node.failed_reason(), &first.unwrap_or_default());
        let (subject, place) = (Subject::of(resource), within(resource, node.value().span()));
        moments.add(TimelineEvent::new(
            time,
            Source::Revision,
            Severity::Error,
            subject,
            &words,
            place,
        ));
    }
}
