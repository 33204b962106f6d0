//! Which moments are wanted, and why others are not.

use mustknow_cluster::model::kinds;
use mustknow_cluster::model::time::Time;
use mustknow_rules::{Severity, Subject};

use super::{Source, TimelineEvent};

/// How `kubectl` and `oc` shorten kinds, and the kinds.
const SHORT: [(&str, &str); 29] = [
    ("cj", "CronJob"),
    ("cm", "ConfigMap"),
    ("co", "ClusterOperator"),
    ("crd", "CustomResourceDefinition"),
    ("csr", "CertificateSigningRequest"),
    ("csv", "ClusterServiceVersion"),
    ("cv", "ClusterVersion"),
    ("deploy", "Deployment"),
    ("ds", "DaemonSet"),
    ("ep", "Endpoints"),
    ("hpa", "HorizontalPodAutoscaler"),
    ("ing", "Ingress"),
    ("ip", "InstallPlan"),
    ("limits", "LimitRange"),
    ("mc", "MachineConfig"),
    ("mcp", "MachineConfigPool"),
    ("no", "Node"),
    ("ns", "Namespace"),
    ("pdb", "PodDisruptionBudget"),
    ("po", "Pod"),
    ("pv", "PersistentVolume"),
    ("pvc", "PersistentVolumeClaim"),
    ("quota", "ResourceQuota"),
    ("rs", "ReplicaSet"),
    ("sa", "ServiceAccount"),
    ("sc", "StorageClass"),
    ("sts", "StatefulSet"),
    ("sub", "Subscription"),
    ("svc", "Service"),
];

/// Objects that somebody asks for: a kind, a name, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPattern {
    /// The kind as it was typed: `ClusterOperator`, `clusteroperators`, `co`.
    kind: Option<String>,
    /// The name, or its beginning before a `*`.
    name: Option<String>,
}

impl ObjectPattern {
    /// Reads `KIND/NAME`, `KIND/` or a word that is either.
    pub fn of(text: &str) -> Self {
        let part = |part: &str| Some(part.to_owned()).filter(|part| !part.is_empty());
        match text.split_once('/') {
            Some((kind, name)) => Self { kind: part(kind), name: part(name) },
            None => Self { kind: None, name: part(text) },
        }
    }

    fn includes(&self, subject: &Subject) -> bool {
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

fn is_kind(pattern: &str, kind: &str) -> bool {
    let is_short =
        |(short, long): &(&str, &str)| pattern.eq_ignore_ascii_case(short) && *long == kind;
    let is_plural = || {
        kinds::ALL.iter().any(|known| {
            known.name == kind
                && (pattern.eq_ignore_ascii_case(known.plural)
                    || pattern.eq_ignore_ascii_case(&known.qualified()))
        })
    };
    pattern.eq_ignore_ascii_case(kind) || SHORT.iter().any(is_short) || is_plural()
}

/// Which moments are wanted. The default wants all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// None that were over before.
    pub from: Option<Time>,
    /// None that began later.
    pub to: Option<Time>,
    /// Only those about objects in these namespaces; the empty one is cluster scope. All if empty.
    pub namespaces: Vec<String>,
    /// Only those about these objects. All if empty.
    pub objects: Vec<ObjectPattern>,
    /// Only those of these sources. All if empty.
    pub sources: Vec<Source>,
    /// Only those that are at least so bad.
    pub severity: Option<Severity>,
}

/// How many moments are not wanted, each by the first reason that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FilteredOut {
    /// Outside the time that was asked for.
    pub time: usize,
    /// About other namespaces.
    pub namespace: usize,
    /// About other objects.
    pub object: usize,
    /// Of other sources.
    pub source: usize,
    /// Not bad enough.
    pub severity: usize,
    /// The oldest, of more than are kept.
    pub oldest: usize,
}

impl FilteredOut {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.time + self.namespace + self.object + self.source + self.severity + self.oldest
    }
}

impl Filter {
    /// Whether a moment is wanted; one that is not is counted.
    pub(super) fn wants(&self, moment: &TimelineEvent, left_out: &mut FilteredOut) -> bool {
        let TimelineEvent { subject, .. } = moment;
        let is_early = self.from.is_some_and(|from| moment.end() < from);
        let is_late = self.to.is_some_and(|to| moment.at > to);
        let is_within = |namespace: &String| {
            subject.namespace == *namespace
                || (subject.kind == "Namespace" && subject.name == *namespace)
        };
        let counter = if is_early || is_late {
            &mut left_out.time
        } else if !self.namespaces.is_empty() && !self.namespaces.iter().any(is_within) {
            &mut left_out.namespace
        } else if !self.objects.is_empty() && !self.objects.iter().any(|it| it.includes(subject)) {
            &mut left_out.object
        } else if !self.sources.is_empty() && !self.sources.contains(&moment.source) {
            &mut left_out.source
        } else if self.severity.is_some_and(|least| moment.severity < least) {
            &mut left_out.severity
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

    fn includes(wish: &str, kind: &'static str, name: &str) -> bool {
        ObjectPattern::of(wish).includes(&Subject::namespaced(kind, "x", name))
    }

    #[test]
    fn an_object_is_wished_for_by_kind_or_name_or_both() {
        for wish in
            ["etcd", "co/etcd", "clusteroperators/etcd", "ClusterOperator/etcd", "co/", "co"]
        {
            assert!(includes(wish, "ClusterOperator", "etcd"), "{wish}");
        }
        for wish in ["clusteroperators.config.openshift.io/etcd", "co/et*", "et*"] {
            assert!(includes(wish, "ClusterOperator", "etcd"), "{wish}");
        }
        for wish in ["etc", "po/etcd", "co/etc", "", "/", "no"] {
            assert!(!includes(wish, "ClusterOperator", "etcd"), "{wish}");
        }
        assert!(includes("etcd", "Etcd", "cluster"));
    }
}
