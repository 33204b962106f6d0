//! Kinds as people type them: `po`, `pods`, `Pod`, `clusteroperators.config.openshift.io`.

use super::kind::Kind;
use super::kinds;

/// The short names of `kubectl` and `oc`, and the kinds.
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

/// Whether `word` is a name of the kind that manifests call `kind`.
pub fn is_kind(word: &str, kind: &str) -> bool {
    let is_short = |(short, long): &(&str, &str)| word.eq_ignore_ascii_case(short) && *long == kind;
    let is_plural =
        || kinds::ALL.iter().any(|known| known.name == kind && is_resource(word, known));
    word.eq_ignore_ascii_case(kind) || SHORT.iter().any(is_short) || is_plural()
}

/// The kinds that `word` names; several where groups share a name, such as `networks`.
pub fn named(word: &str) -> impl Iterator<Item = &'static Kind> {
    // A group says which of them.
    let has_group = kinds::ALL.iter().any(|kind| is_qualified(word, kind));
    kinds::ALL.iter().copied().filter(move |kind| {
        if has_group { is_qualified(word, kind) } else { is_kind(word, kind.name) }
    })
}

/// Whether `word` is the resource of a kind, in the plural.
fn is_resource(word: &str, kind: &Kind) -> bool {
    word.eq_ignore_ascii_case(kind.plural) || word.eq_ignore_ascii_case(&kind.qualified())
}

/// Whether `word` is the resource of a kind together with its group.
fn is_qualified(word: &str, kind: &Kind) -> bool {
    let group = word.split_once('.').map(|(_, group)| group);
    group.is_some_and(|group| group == kind.group)
        && (is_resource(word, kind)
            || word.split('.').next().is_some_and(|name| is_kind(name, kind.name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(word: &str) -> Vec<String> {
        named(word).map(Kind::qualified).collect()
    }

    #[test]
    fn a_kind_is_named_as_oc_get_accepts_it() {
        for word in ["po", "pod", "pods", "Pod", "PODS"] {
            assert_eq!(names(word), ["pods"], "{word}");
        }
        assert_eq!(names("deploy"), ["deployments.apps"]);
        assert_eq!(names("deployment.apps"), ["deployments.apps"]);
        assert_eq!(names("nothing"), [] as [&str; 0]);
    }

    #[test]
    fn a_group_says_which_of_several_kinds() {
        assert!(names("network").len() > 1);
        assert_eq!(names("networks.operator.openshift.io"), ["networks.operator.openshift.io"]);
        assert_eq!(names("network.operator.openshift.io"), ["networks.operator.openshift.io"]);
    }
}
