//! The way from one object down to what it depends on, as far as something is wrong there.

use std::collections::HashSet;

use mustknow_cluster::model::kinds::POD;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Pod;

use super::dependency::{DependencyTarget, Relation};
use super::edges::dependencies;
use super::graph::Topology;
use super::object_status::ObjectStatus;
use crate::domain::workload;
use crate::terms::evidence::Subject;

/// How deep the tree goes.
const DEPTH: usize = 12;
/// How many objects a tree has at most.
const OBJECTS: usize = 2000;
/// How many dependencies of the object itself are listed although they are well.
const WELL_SHOWN: usize = 12;

/// One object on the way.
#[derive(Clone, Debug)]
pub struct DependencyTree {
    /// The object.
    pub subject: Subject,
    /// The workload of a pod, which findings about the pod may be about; None for other objects.
    pub workload: Option<Subject>,
    /// How the one above depends on it; None for the first.
    pub relation: Option<Relation>,
    /// How it is doing.
    pub status: ObjectStatus,
    /// What it depends on, as far as something is wrong there, or nothing is known of what an object
    /// that is not well needs.
    pub below: Vec<DependencyTree>,
    /// How many more of its dependencies are well, with everything below them.
    pub well: usize,
    /// Whether it stands above already, with what is below it.
    pub is_repeated: bool,
}

/// Builds trees from the graph, each object once.
pub struct TreeBuilder<'g, 's> {
    graph: &'g Topology<'s>,
    /// Whether a finding above a note is about an object.
    is_reported: &'g dyn Fn(&Subject) -> bool,
    visited: HashSet<Subject>,
    /// How many objects were not visited because there were too many.
    pub left_out: usize,
}

impl<'g, 's> TreeBuilder<'g, 's> {
    /// A builder; `is_reported` says whether a finding above a note is about an object.
    pub fn new(graph: &'g Topology<'s>, is_reported: &'g dyn Fn(&Subject) -> bool) -> Self {
        Self { graph, is_reported, visited: HashSet::new(), left_out: 0 }
    }

    /// How many objects were looked at.
    pub fn visited(&self) -> usize {
        self.visited.len()
    }

    /// The way down from an object.
    pub fn from(&mut self, object: &'s Resource) -> DependencyTree {
        self.node(&DependencyTarget::Here(object), None, 0)
    }

    fn node(
        &mut self,
        target: &DependencyTarget<'s>,
        relation: Option<Relation>,
        depth: usize,
    ) -> DependencyTree {
        let subject = target.subject();
        let status = match target {
            DependencyTarget::Here(object) => ObjectStatus::of(self.graph.snapshot(), object),
            DependencyTarget::Absent(_, searched) => ObjectStatus::Absent(searched.path.clone()),
            DependencyTarget::Unknown(_, why) => ObjectStatus::NotCollected(why.clone()),
        };
        let is_repeated = !self.visited.insert(subject.clone());
        let workload = match target {
            DependencyTarget::Here(object) if *object.key().kind == POD => {
                Some(workload(Pod::of(object)))
            }
            _ => None,
        };
        let (below, well) = (Vec::new(), 0);
        let mut node =
            DependencyTree { subject, workload, relation, status, below, well, is_repeated };
        if let DependencyTarget::Here(object) = target
            && !is_repeated
        {
            for edge in dependencies(self.graph, object) {
                if depth >= DEPTH || self.visited.len() >= OBJECTS {
                    self.left_out += 1;
                    continue;
                }
                let below = self.node(&edge.target, Some(edge.relation), depth + 1);
                let is_listed = depth == 0 && node.below.len() < WELL_SHOWN;
                // Of an object that is well, what was not collected does not matter.
                let is_open = below.status.is_open() && node.status.is_bad();
                if is_listed || is_open || self.matters(&below) {
                    node.below.push(below);
                } else {
                    node.well += 1;
                }
            }
        }
        node
    }

    /// Whether something is wrong with an object or below it.
    fn matters(&self, node: &DependencyTree) -> bool {
        node.status.is_bad()
            || (self.is_reported)(&node.subject)
            || node.below.iter().any(|below| self.matters(below))
    }
}
