//! Workloads, their pods, and what a pod needs to run.
//!
//! - kubernetes/api `core/v1/types.go`, `apps/v1/types.go`, `autoscaling/v2/types.go`

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{
    DEPLOYMENT, HORIZONTAL_POD_AUTOSCALER, NODE, PERSISTENT_VOLUME_CLAIM, POD,
    POD_DISRUPTION_BUDGET, REPLICA_SET, SERVICE_ACCOUNT, STATEFUL_SET,
};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Pod, PodDisruptionBudget, Workload};
use mustknow_yaml::Value;

use crate::topology::dependency::{DependencyTarget, ObjectDependency, Relation};
use crate::topology::graph::Topology;

/// The kinds that an autoscaler can scale.
const SCALABLE: [&Kind; 3] = [&DEPLOYMENT, &STATEFUL_SET, &REPLICA_SET];

pub(super) fn edges<'s>(
    graph: &Topology<'s>,
    object: &'s Resource,
    found: &mut Vec<ObjectDependency<'s>>,
) {
    let kind = object.key().kind;
    if *kind == POD {
        return pod(graph, Pod::of(object), found);
    }
    let owned = graph.children(object).iter().filter(|child| is_current(object, child));
    found.extend(owned.map(|child| ObjectDependency {
        relation: Relation::Owns,
        target: DependencyTarget::Here(child),
    }));
    if *kind == HORIZONTAL_POD_AUTOSCALER {
        found.extend(scaled(graph, object));
    }
    if *kind == POD_DISRUPTION_BUDGET {
        let budget = PodDisruptionBudget::of(object);
        let pods = graph.snapshot().within::<Pod<'s>>(object.namespace());
        let selected = pods.filter(|pod| budget.selects(pod.labels()) == Some(true));
        found.extend(selected.map(|pod| ObjectDependency {
            relation: Relation::Selects,
            target: DependencyTarget::Here(pod.resource()),
        }));
    }
}

/// Whether a child counts: an old ReplicaSet without pods does not.
fn is_current(owner: &Resource, child: &Resource) -> bool {
    let has_replicas = child.at(&["spec", "replicas"]).and_then(Value::as_i64) != Some(0);
    let is_idle = *owner.key().kind == DEPLOYMENT && Workload::of(owner).desired() == 0;
    *child.key().kind != REPLICA_SET || has_replicas || is_idle
}

fn pod<'s>(graph: &Topology<'s>, pod: Pod<'s>, found: &mut Vec<ObjectDependency<'s>>) {
    let namespace = pod.namespace();
    if let Some(node) = pod.node() {
        found.push(graph.edge(Relation::RunsOn, &NODE, "", &node));
    }
    for claim in pod.claims() {
        found.push(graph.edge(Relation::Mounts, &PERSISTENT_VOLUME_CLAIM, namespace, &claim));
    }
    // Every namespace has `default`.
    let account = pod.resource().text(&["spec", "serviceAccountName"]);
    if let Some(account) = account.filter(|name| name != "default") {
        found.push(graph.edge(Relation::Uses, &SERVICE_ACCOUNT, namespace, &account));
    }
}

fn scaled<'s>(graph: &Topology<'s>, autoscaler: &'s Resource) -> Option<ObjectDependency<'s>> {
    let text = |field| autoscaler.text(&["spec", "scaleTargetRef", field]);
    let (of_kind, name) = (text("kind")?, text("name")?);
    let kind = SCALABLE.into_iter().find(|kind| kind.name == of_kind)?;
    Some(graph.edge(Relation::Scales, kind, autoscaler.namespace(), &name))
}
