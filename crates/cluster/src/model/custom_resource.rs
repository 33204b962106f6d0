//! Objects of kinds that are not in the table of kinds.
//!
//! All of them are stored under one kind, [`CUSTOM_RESOURCE`]:
//! a kind for each CRD of an archive would have to live as long as the program. Their own kind and
//! group are in the name of their key, as `Kind.group/name`, so that objects of different kinds with
//! one name stay apart. Only what shows whether the object is well is stored.

use crate::model::kinds::CUSTOM_RESOURCE;
use crate::model::resource::{ObjectKey, Resource};

/// The longest name of a kind or group that is read, in bytes; the API server allows less.
const LONGEST: usize = 255;

/// API groups of Kubernetes and OpenShift whose objects have no status that shows a fault, or are
/// many and written by no one who reports on them.
const PLAIN_GROUPS: [&str; 26] = [
    "admissionregistration.k8s.io",
    "apiserver.openshift.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "authorization.openshift.io",
    "coordination.k8s.io",
    "custom.metrics.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "external.metrics.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "image.openshift.io",
    "internal.apiserver.k8s.io",
    "metrics.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "oauth.openshift.io",
    "packages.operators.coreos.com",
    "project.openshift.io",
    "quota.openshift.io",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "security.openshift.io",
    "template.openshift.io",
    "user.openshift.io",
];

/// The fields of a status that are stored: conditions, states by the names that operators give them,
/// errors and counters.
pub const STATUS_FIELDS: &[&str] = &[
    "applicationState",
    "availableReplicas",
    "ceph",
    "clusterState",
    "clusterStatus",
    "completionTime",
    "conditions",
    "currentPhase",
    "currentState",
    "deploymentState",
    "deploymentStatus",
    "error",
    "errorMessage",
    "failureMessage",
    "failureReason",
    "finishedAt",
    "health",
    "healthStatus",
    "healthy",
    "jobDeploymentStatus",
    "jobState",
    "jobStatus",
    "lastError",
    "lifecycleState",
    "message",
    "observedGeneration",
    "operationState",
    "operationalStatus",
    "overallStatus",
    "phase",
    "printableStatus",
    "provisioningState",
    "ready",
    "readyReplicas",
    "readyToUse",
    "reason",
    "replicas",
    "robustness",
    "state",
    "status",
    "sync",
    "syncStatus",
    "updatedReplicas",
];

/// A kind, as its CRD names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CustomKind<'s> {
    /// `Application`
    pub kind: &'s str,
    /// `argoproj.io`
    pub group: &'s str,
}

/// Whether objects of that API group are read as custom resources.
pub fn is_custom_group(group: &str) -> bool {
    group.contains('.') && PLAIN_GROUPS.binary_search(&group).is_err()
}

/// The name under which an object is stored; None if its kind cannot be one of a CRD.
pub(crate) fn key_name(group: &str, kind: &str, name: &str) -> Option<String> {
    let is_word = |text: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        !text.is_empty() && text.len() <= LONGEST && text.bytes().all(is_allowed)
    };
    let is_kind = is_word(kind) && !kind.contains('.');
    (is_custom_group(group) && is_word(group) && is_kind).then(|| format!("{kind}.{group}/{name}"))
}

/// The kind of a custom resource and its own name; None for an object of the table of kinds.
pub fn kind_and_name(key: &ObjectKey) -> Option<(CustomKind<'_>, &str)> {
    if *key.kind != CUSTOM_RESOURCE {
        return None;
    }
    let (kind, name) = key.name.split_once('/')?;
    let (kind, group) = kind.split_once('.')?;
    Some((CustomKind { kind, group }, name))
}

/// The kind of an object, whether it is in the table of kinds or not.
pub fn kind_of(resource: &Resource) -> CustomKind<'_> {
    let key = resource.key();
    kind_and_name(key)
        .map_or(CustomKind { kind: key.kind.name, group: key.kind.group }, |(kind, _)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> ObjectKey {
        ObjectKey { kind: &CUSTOM_RESOURCE, namespace: "x".into(), name: name.into() }
    }

    #[test]
    fn kind_group_and_name_are_found_again() {
        let name = key_name("data.acme.io", "Cache", "a/b.c").unwrap();
        let key = key(&name);
        let expected = CustomKind { kind: "Cache", group: "data.acme.io" };
        assert_eq!(kind_and_name(&key), Some((expected, "a/b.c")));
    }

    #[test]
    fn groups_without_a_status_and_hostile_kinds_are_not_read() {
        assert!(PLAIN_GROUPS.is_sorted());
        assert_eq!(key_name("rbac.authorization.k8s.io", "Role", "a"), None);
        assert_eq!(key_name("apps", "Thing", "a"), None);
        assert_eq!(key_name("data.acme.io", "Ca.che", "a"), None);
        assert_eq!(key_name("data.acme.io", "Ca/che", "a"), None);
        assert_eq!(key_name("data.acme.io", &"C".repeat(1000), "a"), None);
    }
}
