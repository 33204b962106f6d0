//! Which events are included, and why others are not.

use mustknow_cluster::model::kind_names::is_kind;
use mustknow_cluster::model::time::Time;
use mustknow_rules::{Severity, Subject};

use super::timeline_event::{Source, TimelineEvent};

/// A pattern of objects: a kind, a name, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPattern {
    /// The kind as the user wrote it: `ClusterOperator`, `clusteroperators`, `co`.
    kind: Option<String>,
    /// The name, or a prefix of it with a `*`.
    name: Option<String>,
}

impl ObjectPattern {
    /// Parses `KIND/NAME`, `KIND/` or a word that is a kind or a name.
    pub fn of(text: &str) -> Self {
        let part = |part: &str| Some(part.to_owned()).filter(|part| !part.is_empty());
        match text.split_once('/') {
            Some((kind, name)) => Self { kind: part(kind), name: part(name) },
            None => Self { kind: None, name: part(text) },
        }
    }

    fn matches(&self, subject: &Subject) -> bool {
        match (&self.kind, &self.name) {
            (Some(kind), None) => is_kind(kind, &subject.kind),
            (Some(kind), Some(name)) => {
                is_kind(kind, &subject.kind) && is_name(name, &subject.name)
            }
            (None, Some(word)) => is_name(word, &subject.name) || is_kind(word, &subject.kind),
            (None, None) => false,
        }
    }
}

fn is_name(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// Which events are included. The default includes all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only events that end at that time or later.
    pub from: Option<Time>,
    /// Only events that begin at that time or earlier.
    pub to: Option<Time>,
    /// Only events about objects in these namespaces; "" is cluster scope. All if empty.
    pub namespaces: Vec<String>,
    /// Only events about these objects. All if empty.
    pub objects: Vec<ObjectPattern>,
    /// Only events of these sources. All if empty.
    pub sources: Vec<Source>,
    /// Only events of at least this severity.
    pub severity: Option<Severity>,
}

/// How many events are left out, each counted under the first reason that applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FilteredOut {
    /// Outside of the time range.
    pub time: usize,
    /// About other namespaces.
    pub namespace: usize,
    /// About other objects.
    pub object: usize,
    /// From other sources.
    pub source: usize,
    /// Of a lower severity.
    pub severity: usize,
    /// Older than the newest events up to the limit.
    pub oldest: usize,
}

impl FilteredOut {
    /// The total number.
    pub fn count(&self) -> usize {
        self.time + self.namespace + self.object + self.source + self.severity + self.oldest
    }
}

impl Filter {
    /// Whether an event is included; if not, it is counted.
    pub(super) fn includes(&self, event: &TimelineEvent, filtered_out: &mut FilteredOut) -> bool {
        let TimelineEvent { subject, .. } = event;
        let is_early = self.from.is_some_and(|from| event.end() < from);
        let is_late = self.to.is_some_and(|to| event.at > to);
        let is_within = |namespace: &String| {
            subject.namespace == *namespace
                || (subject.kind == "Namespace" && subject.name == *namespace)
        };
        let counter = if is_early || is_late {
            &mut filtered_out.time
        } else if !self.namespaces.is_empty() && !self.namespaces.iter().any(is_within) {
            &mut filtered_out.namespace
        } else if !self.objects.is_empty() && !self.objects.iter().any(|it| it.matches(subject)) {
            &mut filtered_out.object
        } else if !self.sources.is_empty() && !self.sources.contains(&event.source) {
            &mut filtered_out.source
        } else if self.severity.is_some_and(|least| event.severity < least) {
            &mut filtered_out.severity
        } else {
            return true;
        };
        *counter += 1;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, kind: &'static str, name: &str) -> bool {
        ObjectPattern::of(pattern).matches(&Subject::namespaced(kind, "x", name))
    }

    #[test]
    fn a_pattern_matches_by_kind_or_name_or_both() {
        for pattern in
            ["etcd", "co/etcd", "clusteroperators/etcd", "ClusterOperator/etcd", "co/", "co"]
        {
            assert!(matches(pattern, "ClusterOperator", "etcd"), "{pattern}");
        }
        for pattern in ["clusteroperators.config.openshift.io/etcd", "co/et*", "et*"] {
            assert!(matches(pattern, "ClusterOperator", "etcd"), "{pattern}");
        }
        for pattern in ["etc", "po/etcd", "co/etc", "", "/", "no"] {
            assert!(!matches(pattern, "ClusterOperator", "etcd"), "{pattern}");
        }
        assert!(matches("etcd", "Etcd", "cluster"));
    }
}
