//! Claims, volumes, classes and attachments.
//!
//! - kubernetes/api `core/v1/types.go`, `storage/v1/types.go`

use mustknow_cluster::model::kinds::{
    NODE, PERSISTENT_VOLUME, PERSISTENT_VOLUME_CLAIM, STORAGE_CLASS, VOLUME_ATTACHMENT,
};
use mustknow_cluster::model::resource::Resource;

use crate::topology::dependency::{ObjectDependency, Relation};
use crate::topology::graph::Topology;

pub(super) fn edges<'s>(
    graph: &Topology<'s>,
    object: &'s Resource,
    found: &mut Vec<ObjectDependency<'s>>,
) {
    let kind = object.key().kind;
    let mut name = |relation, kind, path: &[&str]| {
        let name = object.text(path).filter(|name| !name.is_empty());
        found.extend(name.map(|name| graph.edge(relation, kind, "", &name)));
    };
    if *kind == PERSISTENT_VOLUME_CLAIM {
        name(Relation::BoundTo, &PERSISTENT_VOLUME, &["spec", "volumeName"]);
        name(Relation::Provisioned, &STORAGE_CLASS, &["spec", "storageClassName"]);
    } else if *kind == VOLUME_ATTACHMENT {
        name(Relation::Uses, &NODE, &["spec", "nodeName"]);
        name(Relation::Uses, &PERSISTENT_VOLUME, &["spec", "source", "persistentVolumeName"]);
    }
}
