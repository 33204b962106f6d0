//! The severity of a condition, by its type and status only.

use mustknow_cluster::views::{Condition, Status};
use mustknow_rules::Severity;

/// Types, or last words of types, with the severity of their bad status.
const SEVERITIES: [(&str, Severity); 19] = [
    ("Degraded", Severity::Error),
    ("Failing", Severity::Error),
    ("Failed", Severity::Error),
    ("Invalid", Severity::Error),
    ("NetworkUnavailable", Severity::Error),
    ("Pressure", Severity::Warning),
    ("ReplicaFailure", Severity::Warning),
    ("DisruptionTarget", Severity::Warning),
    ("Unhealthy", Severity::Warning),
    ("Available", Severity::Error),
    ("Established", Severity::Error),
    ("NamesAccepted", Severity::Warning),
    ("ReleaseAccepted", Severity::Warning),
    ("RetrievedUpdates", Severity::Warning),
    ("Healthy", Severity::Warning),
    ("Ready", Severity::Warning),
    ("Reachable", Severity::Warning),
    ("Initialized", Severity::Warning),
    ("PodScheduled", Severity::Warning),
];
/// Conditions without which the cluster, or a part of it, does not work.
const CRITICAL: [(&str, &str); 3] =
    [("ClusterOperator", "Available"), ("ClusterVersion", "Available"), ("Node", "Ready")];

/// The conditions that summarize a ClusterOperator.
const SUMMARY: [&str; 2] = ["Available", "Degraded"];

/// The severity of a condition of an object of that kind.
pub(super) fn of(kind: &str, condition: Condition<'_>) -> Severity {
    let (name, status) = (condition.name(), condition.status());
    // A pod that ran to its end is no longer ready, and nothing is wrong with that.
    if condition.reason() == "PodCompleted" {
        return Severity::Info;
    }
    let known = SEVERITIES.iter().find(|(end, _)| name.ends_with(end));
    let severity = match (known, status) {
        // An unknown status is less severe than the bad one.
        (Some(_), Status::Unknown) => Some(Severity::Warning),
        (Some((_, severity)), _) if condition.is_bad() => Some(*severity),
        _ => None,
    };
    match severity {
        Some(Severity::Error) if status == Status::False && CRITICAL.contains(&(kind, &*name)) => {
            Severity::Critical
        }
        Some(_) if kind == "Node" && name == "Ready" => Severity::Critical,
        // Other conditions of operators, such as those of the Insights operator about its uploads.
        Some(Severity::Error) if kind == "ClusterOperator" && !SUMMARY.contains(&&*name) => {
            Severity::Warning
        }
        Some(severity) => severity,
        None => Severity::Info,
    }
}

#[cfg(test)]
mod tests {
    use mustknow_yaml::Tree;

    use super::*;

    fn severity(kind: &str, name: &str, status: &str) -> Severity {
        let tree = Tree::parse(format!("- {{type: {name}, status: '{status}'}}\n")).unwrap();
        let condition = Condition::list(tree.documents().next()).next().unwrap();
        of(kind, condition)
    }

    #[test]
    fn healthy_conditions_are_info() {
        for (name, status) in [
            ("Degraded", "False"),
            ("Available", "True"),
            ("Progressing", "True"),
            ("Upgradeable", "False"),
            ("MemoryPressure", "False"),
            ("Ready", "True"),
            ("PodScheduled", "True"),
            ("Whatever", "Unknown"),
        ] {
            assert_eq!(severity("Node", name, status), Severity::Info, "{name}={status}");
        }
    }

    #[test]
    fn the_severity_depends_on_kind_and_type() {
        for (kind, name, status, expected) in [
            ("ClusterOperator", "Degraded", "True", Severity::Error),
            ("ClusterOperator", "Available", "False", Severity::Critical),
            ("ClusterOperator", "Available", "Unknown", Severity::Warning),
            ("ClusterOperator", "SCAAvailable", "False", Severity::Warning),
            ("KubeAPIServer", "StaticPodsAvailable", "False", Severity::Error),
            ("KubeAPIServer", "NodeControllerDegraded", "True", Severity::Error),
            ("Node", "Ready", "Unknown", Severity::Critical),
            ("Node", "DiskPressure", "True", Severity::Warning),
            ("Pod", "Ready", "False", Severity::Warning),
        ] {
            assert_eq!(severity(kind, name, status), expected, "{kind} {name}={status}");
        }
    }
}
