//! How the keywords of an effect show its cause: by the name of its subject, or by known text.

use crate::engine::finding::Finding;

/// For effects that need no sign of the cause except their rule.
pub(super) fn always(_: &Finding, _: &Finding) -> bool {
    true
}

/// Whether the keywords of a finding contain one of `texts`.
pub(super) fn mentions_any(finding: &Finding, texts: &[&str]) -> bool {
    texts.iter().any(|text| !text.is_empty() && finding.keywords.contains(text))
}

/// Whether the keywords of the effect contain `name` as a whole name.
pub(super) fn mentions_name(effect: &Finding, name: &str) -> bool {
    let is_part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !name.is_empty()
        && effect.keywords.match_indices(name).any(|(at, _)| {
            let before = effect.keywords.get(..at).and_then(|head| head.chars().next_back());
            let after = effect.keywords.get(at + name.len()..).and_then(|tail| tail.chars().next());
            !before.is_some_and(is_part_of_name) && !after.is_some_and(is_part_of_name)
        })
}

/// Whether the keywords of the effect name the subject of the cause. A name that exists in several
/// namespaces, such as `apiserver`, counts only together with its namespace, unless it contains a
/// digit, as the names of pods do. Names of singletons, such as `cluster`, never count.
pub(super) fn mentions_subject(cause: &Finding, effect: &Finding) -> bool {
    let subject = &cause.subject;
    if matches!(subject.name.as_str(), "cluster" | "default" | "version") {
        return false;
    }
    let is_unique =
        subject.namespace.is_empty() || subject.name.contains(|c: char| c.is_ascii_digit());
    mentions_name(effect, &subject.name) && (is_unique || mentions_name(effect, &subject.namespace))
}

/// Whether the keywords of the effect contain a name from the first line of the cause's keywords,
/// where the cause lists several objects.
pub(super) fn mentions_listed_name(cause: &Finding, effect: &Finding) -> bool {
    let listed = cause.keywords.lines().next().unwrap_or_default();
    listed.split_whitespace().any(|name| mentions_name(effect, name))
}

/// Whether the keywords of the effect name one of the webhooks of the cause, or their Service. The
/// first line of the cause's keywords is `webhook <webhooks> <namespace> <service>`.
pub(super) fn mentions_webhook(cause: &Finding, effect: &Finding) -> bool {
    let first = cause.keywords.lines().next().unwrap_or_default();
    let listed = first.strip_prefix("webhook ").unwrap_or_default();
    listed.split_whitespace().any(|name| mentions_name(effect, name))
}

/// Whether the namespace of the cause belongs to the ClusterOperator of the effect: to the operator
/// itself or to its operands.
pub(super) fn serves_operator(cause: &Finding, effect: &Finding) -> bool {
    if effect.subject.kind != "ClusterOperator" {
        return false;
    }
    let operator = effect.subject.name.as_str();
    let namespace = cause.subject.namespace.as_str();
    let component = namespace.strip_prefix("openshift-").unwrap_or(namespace);
    if namespace == operator
        || component == operator
        || component.strip_suffix("-operator") == Some(operator)
    {
        return true;
    }
    match operator {
        "authentication" => component == "oauth-apiserver",
        "network" => {
            matches!(component, "ovn-kubernetes" | "multus" | "sdn" | "network-diagnostics")
        }
        "storage" => matches!(component, "cluster-csi-drivers" | "cluster-storage-operator"),
        "machine-approver" => component == "cluster-machine-approver",
        "node-tuning" => component == "cluster-node-tuning-operator",
        "operator-lifecycle-manager"
        | "operator-lifecycle-manager-catalog"
        | "operator-lifecycle-manager-packageserver" => component == "operator-lifecycle-manager",
        "kube-scheduler" => component == "kube-scheduler",
        _ => false,
    }
}
