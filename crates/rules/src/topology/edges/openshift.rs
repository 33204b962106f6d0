//! What only OpenShift has: operators, the update, pools and machines.
//!
//! - openshift/api `config/v1/types_cluster_operator.go`, `machine/v1beta1/types_machine.go`
//! - openshift/machine-config-operator `pkg/daemon/constants/constants.go`

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{
    self, CLUSTER_OPERATOR, CLUSTER_VERSION, DAEMON_SET, DEPLOYMENT, MACHINE, MACHINE_CONFIG_POOL,
    NODE, STATEFUL_SET,
};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Node};
use mustknow_yaml::Value;

use crate::topology::dependency::{DependencyTarget, ObjectDependency, Relation};
use crate::topology::graph::Topology;

/// The workloads that an operator reports for.
const WORKLOADS: [&Kind; 3] = [&DEPLOYMENT, &DAEMON_SET, &STATEFUL_SET];
/// The groups of the resources in which operators keep their configuration and state.
const OPERATOR_GROUPS: [&str; 2] = ["operator.openshift.io", "imageregistry.operator.openshift.io"];

pub(super) fn edges<'s>(
    graph: &Topology<'s>,
    object: &'s Resource,
    found: &mut Vec<ObjectDependency<'s>>,
) {
    let kind = object.key().kind;
    let here = |relation, resource| ObjectDependency {
        relation,
        target: DependencyTarget::Here(resource),
    };
    if *kind == CLUSTER_VERSION {
        let operators = graph.snapshot().all::<ClusterOperator<'s>>();
        let operators = operators.filter(|it| it.is_platform());
        found.extend(operators.map(|it| here(Relation::WaitsFor, it.resource())));
    } else if *kind == CLUSTER_OPERATOR {
        operator(graph, ClusterOperator::of(object), found);
    } else if *kind == MACHINE_CONFIG_POOL {
        let nodes = graph.snapshot().all::<Node<'s>>();
        let nodes = nodes.filter(|node| is_of_pool(*node, object.name()));
        found.extend(nodes.map(|node| here(Relation::Manages, node.resource())));
    } else if *kind == MACHINE {
        let node = object.text(&["status", "nodeRef", "name"]);
        found.extend(node.map(|node| graph.edge(Relation::Manages, &NODE, "", &node)));
    }
}

/// Its own resource, the pools or APIs among its related objects, and the workloads of its
/// namespaces.
fn operator<'s>(
    graph: &Topology<'s>,
    operator: ClusterOperator<'s>,
    found: &mut Vec<ObjectDependency<'s>>,
) {
    let related = operator.resource().at(&["status", "relatedObjects"]);
    for entry in related.into_iter().flat_map(Value::items) {
        let text = |field| entry.text_at(&[field]).unwrap_or_default();
        let (group, resource, name) = (text("group"), text("resource"), text("name"));
        let is_own = OPERATOR_GROUPS.contains(&&*group);
        let is_pool = resource == MACHINE_CONFIG_POOL.plural;
        let Some(kind) = kinds::by_path(&group, &resource).filter(|_| is_own || is_pool) else {
            continue;
        };
        if name.is_empty() {
            found.extend(graph.snapshot().of_kind(kind).iter().map(|it| ObjectDependency {
                relation: Relation::ReportsFor,
                target: DependencyTarget::Here(it),
            }));
        } else {
            found.push(graph.edge(Relation::ReportsFor, kind, &text("namespace"), &name));
        }
    }
    for namespace in operator.related_namespaces().filter(|it| it.starts_with("openshift-")) {
        let workloads = WORKLOADS.iter().flat_map(|kind| graph.snapshot().of_kind(kind));
        let own = workloads.filter(|it| it.namespace() == namespace);
        found.extend(own.map(|workload| ObjectDependency {
            relation: Relation::ReportsFor,
            target: DependencyTarget::Here(workload),
        }));
    }
}

/// Whether a node is of the pool of that name: a custom pool takes its nodes from `worker`.
fn is_of_pool(node: Node<'_>, pool: &str) -> bool {
    let config = node.resource().annotation("machineconfiguration.openshift.io/desiredConfig");
    config.is_some_and(|config| {
        let of_pool = config.strip_prefix("rendered-").and_then(|rest| rest.rsplit_once('-'));
        of_pool.is_some_and(|(name, _)| name == pool)
    })
}
