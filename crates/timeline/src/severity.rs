//! How bad a condition says it is, by its type and status alone.

use mustknow_cluster::views::{Condition, Status};
use mustknow_rules::Severity;

/// Types, or the ends of types, that are bad when they are True.
const BAD_WHEN_TRUE: [(&str, Severity); 9] = [
    ("Degraded", Severity::Error),
    ("Failing", Severity::Error),
    ("Failed", Severity::Error),
    ("Invalid", Severity::Error),
    ("NetworkUnavailable", Severity::Error),
    ("Pressure", Severity::Warning),
    ("ReplicaFailure", Severity::Warning),
    ("DisruptionTarget", Severity::Warning),
    ("Unhealthy", Severity::Warning),
];
/// Types, or the ends of types, that are bad when they are not True.
const BAD_UNLESS_TRUE: [(&str, Severity); 10] = [
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
/// Kinds of which the cluster, or a part of it, stands still when they are not there.
const CRITICAL: [(&str, &str); 3] =
    [("ClusterOperator", "Available"), ("ClusterVersion", "Available"), ("Node", "Ready")];

/// What a ClusterOperator sums up of itself.
const SUMMED_UP: [&str; 2] = ["Available", "Degraded"];

/// How bad a condition of an object of that kind is.
pub(super) fn of(kind: &str, condition: Condition<'_>) -> Severity {
    let (name, status) = (condition.name(), condition.status());
    let worst = |list: &[(&str, Severity)]| {
        let known = list.iter().find(|(end, _)| name.ends_with(end));
        known.map(|(_, severity)| *severity)
    };
    // A pod that ran to its end is no longer ready, and nothing is wrong with that.
    if condition.reason() == "PodCompleted" {
        return Severity::Info;
    }
    let severity = match status {
        Status::True => worst(&BAD_WHEN_TRUE),
        Status::False => worst(&BAD_UNLESS_TRUE),
        // Nobody knows, which is not as bad as it can be.
        Status::Unknown => {
            let known = worst(&BAD_WHEN_TRUE).or_else(|| worst(&BAD_UNLESS_TRUE));
            known.map(|_| Severity::Warning)
        }
    };
    match severity {
        Some(Severity::Error) if status == Status::False && CRITICAL.contains(&(kind, &*name)) => {
            Severity::Critical
        }
        Some(_) if kind == "Node" && name == "Ready" => Severity::Critical,
        // What an operator says besides, such as the Insights operator of a transfer it was refused.
        Some(Severity::Error) if kind == "ClusterOperator" && !SUMMED_UP.contains(&&*name) => {
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
    fn what_is_as_it_should_be_is_no_more_than_information() {
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
    fn what_is_not_is_worse_by_what_it_is_of() {
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
