//! How the keywords of an effect show its cause: by the name of its subject, or by known text.

use super::link::Name;
use crate::terms::finding::Finding;
use crate::terms::meta::Severity;

/// For effects that need no sign of the cause except their link.
pub(super) fn always(_: &Finding, _: &Finding) -> bool {
    true
}

/// For every finding of the rules of an edge.
pub(super) fn any(_: &Finding) -> bool {
    true
}

/// For findings that are more than a note.
pub(super) fn is_above_info(finding: &Finding) -> bool {
    finding.severity > Some(Severity::Info)
}

/// Whether the keywords of a finding contain one of `texts`.
pub(super) fn mentions_any(finding: &Finding, texts: &[&str]) -> bool {
    texts.iter().any(|text| !text.is_empty() && finding.keywords.contains(text))
}

/// Whether the keywords of a finding contain `name` as a whole name.
pub(super) fn mentions_name(finding: &Finding, name: &str) -> bool {
    let is_part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !name.is_empty()
        && finding.keywords.match_indices(name).any(|(at, _)| {
            let before = finding.keywords.get(..at).and_then(|head| head.chars().next_back());
            let after =
                finding.keywords.get(at + name.len()..).and_then(|tail| tail.chars().next());
            !before.is_some_and(is_part_of_name) && !after.is_some_and(is_part_of_name)
        })
}

/// The name of the subject. A name that exists in several namespaces, such as `apiserver`, counts
/// only together with its namespace, unless it contains a digit, as the names of pods do. Names of
/// singletons, such as `cluster`, never count.
pub(super) fn subject(finding: &Finding) -> Vec<Name<'_>> {
    let subject = &finding.subject;
    if matches!(subject.name.as_str(), "cluster" | "default" | "version") {
        return Vec::new();
    }
    let is_unique =
        subject.namespace.is_empty() || subject.name.contains(|c: char| c.is_ascii_digit());
    vec![[&subject.name, if is_unique { "" } else { &subject.namespace }]]
}

/// The name of the subject, even if it exists in several namespaces.
pub(super) fn subject_name(finding: &Finding) -> Vec<Name<'_>> {
    vec![[&finding.subject.name, ""]]
}

/// The namespace of the subject.
pub(super) fn subject_namespace(finding: &Finding) -> Vec<Name<'_>> {
    vec![[&finding.subject.namespace, ""]]
}

/// The names in the first line of the keywords, where a rule lists several objects.
pub(super) fn listed(finding: &Finding) -> Vec<Name<'_>> {
    first_line(finding).split_whitespace().map(|name| [name, ""]).collect()
}

/// The webhooks of the finding, and their Service. The first line of its keywords is
/// `webhook <webhooks> <namespace> <service>`.
pub(super) fn webhooks(finding: &Finding) -> Vec<Name<'_>> {
    let listed = first_line(finding).strip_prefix("webhook ").unwrap_or_default();
    listed.split_whitespace().map(|name| [name, ""]).collect()
}

/// The namespace of the subject, of which other texts may be one.
pub(super) fn own_namespace(finding: &Finding) -> Vec<&str> {
    vec![&finding.subject.namespace]
}

/// The name of the subject, which another text may be.
pub(super) fn own_name(finding: &Finding) -> Vec<&str> {
    vec![&finding.subject.name]
}

/// The lines of the keywords.
pub(super) fn keyword_lines(finding: &Finding) -> Vec<&str> {
    finding.keywords.lines().collect()
}

/// The first line of the keywords.
pub(super) fn first_line(finding: &Finding) -> &str {
    finding.keywords.lines().next().unwrap_or_default()
}

/// The namespace of the subject, as a text.
pub(super) fn namespace(finding: &Finding) -> &str {
    &finding.subject.namespace
}

/// The name of the subject, as a text.
pub(super) fn name(finding: &Finding) -> &str {
    &finding.subject.name
}

/// The ClusterOperator of the effect; empty if it is about something else.
pub(super) fn operator(finding: &Finding) -> &str {
    if finding.subject.kind == "ClusterOperator" { &finding.subject.name } else { "" }
}

/// The ClusterOperators whose namespace, or that of whose operands, is that of the subject.
pub(super) fn served_operators(finding: &Finding) -> Vec<&str> {
    let namespace = finding.subject.namespace.as_str();
    let component = namespace.strip_prefix("openshift-").unwrap_or(namespace);
    let mut served = vec![namespace, component];
    served.extend(component.strip_suffix("-operator"));
    served.extend_from_slice(match component {
        "oauth-apiserver" => &["authentication"],
        "ovn-kubernetes" | "multus" | "sdn" | "network-diagnostics" => &["network"],
        "cluster-csi-drivers" | "cluster-storage-operator" => &["storage"],
        "cluster-machine-approver" => &["machine-approver"],
        "cluster-node-tuning-operator" => &["node-tuning"],
        "operator-lifecycle-manager" => &[
            "operator-lifecycle-manager",
            "operator-lifecycle-manager-catalog",
            "operator-lifecycle-manager-packageserver",
        ],
        _ => &[],
    });
    served
}
