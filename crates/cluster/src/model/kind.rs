//! A kind of object.

use std::cmp::Ordering;
use std::ptr;

/// A kind of object, with its names in paths and in manifests.
#[derive(Debug, Eq)]
pub struct Kind {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// The kind as manifests spell it: `ClusterOperator`.
    pub name: &'static str,
    /// The resource as paths and `oc get` spell it: `clusteroperators`.
    pub plural: &'static str,
    /// Whether its objects are namespaced.
    pub namespaced: bool,
}

impl Kind {
    /// A namespaced kind.
    pub const fn namespaced(group: &'static str, name: &'static str, plural: &'static str) -> Self {
        Self { group, name, plural, namespaced: true }
    }

    /// A cluster-scoped kind.
    pub const fn cluster(group: &'static str, name: &'static str, plural: &'static str) -> Self {
        Self { group, name, plural, namespaced: false }
    }

    /// Whether a manifest with that `apiVersion` and `kind` is of this kind.
    pub fn is_called(&self, api_version: &str, name: &str) -> bool {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        self.name == name && self.group == group
    }

    /// The resource as `oc get` accepts it: `clusteroperators.config.openshift.io`, `configmaps`.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() {
            self.plural.to_owned()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }
}

impl PartialEq for Kind {
    /// Kinds are compared for every object, usually with themselves.
    fn eq(&self, other: &Self) -> bool {
        let words = |kind: &Self| (kind.name, kind.group, kind.plural, kind.namespaced);
        ptr::eq(self, other) || words(self) == words(other)
    }
}

impl PartialOrd for Kind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kind {
    fn cmp(&self, other: &Self) -> Ordering {
        if ptr::eq(self, other) {
            return Ordering::Equal;
        }
        let words = |kind: &Self| (kind.group, kind.name, kind.plural, kind.namespaced);
        words(self).cmp(&words(other))
    }
}
