//! The graph over one snapshot: edges are read where they are asked for, children from an index.

use std::collections::HashMap;

use mustknow_cluster::Snapshot;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds;
use mustknow_cluster::model::resource::Resource;
use mustknow_yaml::Value;

use super::dependency::{DependencyTarget, ObjectDependency, Relation, named};

/// The kinds whose objects have owners that depend on them.
const OWNED: [&Kind; 4] = [&kinds::POD, &kinds::REPLICA_SET, &kinds::JOB, &kinds::MACHINE];

/// Namespace, kind and name of an owner.
type OwnerKey<'s> = (&'s str, String, String);

/// What depends on what in one cluster.
pub struct Topology<'s> {
    snapshot: &'s Snapshot,
    children: HashMap<OwnerKey<'s>, Vec<&'s Resource>>,
}

impl<'s> Topology<'s> {
    /// The graph of a snapshot, in one pass over the objects that have owners.
    pub fn of(snapshot: &'s Snapshot) -> Self {
        let mut children: HashMap<_, Vec<_>> = HashMap::new();
        for resource in OWNED.iter().flat_map(|kind| snapshot.of_kind(kind)) {
            let owners = resource.at(&["metadata", "ownerReferences"]);
            for owner in owners.into_iter().flat_map(Value::items) {
                let text = |field| owner.text_at(&[field]).unwrap_or_default().into_owned();
                let key = (resource.namespace(), text("kind"), text("name"));
                children.entry(key).or_default().push(resource);
            }
        }
        Self { snapshot, children }
    }

    /// The cluster.
    pub fn snapshot(&self) -> &'s Snapshot {
        self.snapshot
    }

    /// The objects that this one owns.
    pub(super) fn children(&self, owner: &'s Resource) -> &[&'s Resource] {
        let kind = owner.key().kind.name.to_owned();
        let key = (owner.namespace(), kind, owner.name().to_owned());
        self.children.get(&key).map(Vec::as_slice).unwrap_or_default()
    }

    /// The edge to an object that is known by its name.
    pub(super) fn edge(
        &self,
        relation: Relation,
        kind: &'static Kind,
        namespace: &str,
        name: &str,
    ) -> ObjectDependency<'s> {
        let namespace = if kind.namespaced { namespace } else { "" };
        let target = if let Some(resource) = self.snapshot.find_of(kind, namespace, name) {
            DependencyTarget::Here(resource)
        } else {
            let subject = named(kind, namespace, name);
            match self.snapshot.prove_whole(kind, namespace) {
                Ok(searched) => DependencyTarget::Absent(subject, searched),
                Err(missing) => DependencyTarget::Unknown(subject, missing.why),
            }
        };
        ObjectDependency { relation, target }
    }
}
