//! A migration to another network type that does not come to its end.
//!
//! # Why it matters
//!
//! During a live migration both networks run side by side and the nodes restart one after the
//! other, twice. Until it ends the cluster cannot be updated, and a node that does not follow may
//! not reach the others.
//!
//! # What to do
//!
//! The conditions say which step waits: a MachineConfigPool that is degraded, a DaemonSet that is
//! not ready, or the old network that is not purged. Mend that; the operator goes on by itself.
//!
//! # Blind spots
//!
//! Each node restarts twice, so that a migration of a large cluster takes many hours; one that
//! lasts less than a day is reported only when a step says that it failed. Migrations that restart
//! all nodes at once leave no conditions.
//!
//! # References
//!
//! - openshift/cluster-network-operator, branch release-4.16,
//!   `pkg/controller/operconfig/migration.go`, `pkg/names/names.go` (`NetworkTypeMigration...`),
//!   `pkg/controller/clusterconfig/clusterconfig_controller.go` (`NetworkTypeMigrationFailed`)

use mustknow_gather::kinds::{Condition, NETWORK_CONFIG, NetworkConfig, OPERATOR_NETWORK};

use crate::catalog::prelude::*;
use crate::facts::{Report, excerpt, few, urgency};

/// How long a migration may take when nothing says that it failed.
const LIMIT: Span = Span::hours(24);
const STEP: &str = "NetworkTypeMigration";

pub(super) static META: Meta = Meta {
    id: "network/migration-stuck",
    title: "a migration to another network type that does not come to its end",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&NETWORK_CONFIG)],
    uses: &[Need::Kind(&OPERATOR_NETWORK)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(network) = case.find::<NetworkConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("there is no Network cluster".to_owned());
    };
    let failed = Report::of_network(case, &["NetworkTypeMigrationFailed"]).bad();
    if let Some(reported) = failed {
        let message = &reported.message;
        let summary = format!("the migration of the network fails: {}", excerpt(message));
        let severity = urgency(case, reported.since(), META.severity);
        return Verdict::Found(vec![
            dress(reported.finding(subject(), summary)).severity(severity),
        ]);
    }
    let Some(running) = network.condition("NetworkTypeMigrationInProgress").filter(|c| c.is_true())
    else {
        return Verdict::Healthy { examined: 1 };
    };
    let waiting: Vec<Condition<'_>> = Condition::all(network.resource())
        .filter(|condition| condition.name().starts_with(STEP) && condition.is_false())
        .collect();
    let has_failed = |condition: &Condition<'_>| condition.reason() == "MachineConfigPoolDegraded";
    let is_failed = waiting.iter().any(has_failed);
    if !is_failed && !case.is_older(running.since(), LIMIT) {
        return Verdict::Healthy { examined: 1 };
    }
    let steps: Vec<_> = waiting
        .iter()
        .map(|step| format!("{} ({})", step.name().trim_start_matches(STEP), step.reason()))
        .collect();
    let age = case.age(running.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let waits = if steps.is_empty() { String::new() } else { format!(": {}", few(&steps)) };
    let finding = Finding::new(
        subject(),
        format!("the migration of the network has been going on{age}{waits}"),
        Evidence::condition(network.resource(), running, "the migration is in progress"),
    )
    .since(running.since())
    .evidence(waiting.iter().map(|step| {
        let note = format!("{}: {}", step.reason(), excerpt(&step.message()));
        Evidence::condition(network.resource(), *step, note)
    }));
    let finding = waiting.iter().fold(finding, |finding, step| finding.saying(step.message()));
    let finding = if is_failed {
        finding
    } else {
        finding
            .likely("that the migration is stuck is concluded from its age")
            .severity(Severity::Warning)
    };
    Verdict::Found(vec![dress(finding)])
}

fn subject() -> Subject {
    Subject::cluster("Network", "cluster")
}

fn dress(finding: Finding) -> Finding {
    finding
        .explains(Subject::cluster("ClusterOperator", "network"), "NetworkTypeMigration")
        .why(
            "Both networks run side by side until the migration ends, and the cluster cannot be \
             updated meanwhile.",
        )
        .remedy(
            Remedy::new("Mend the step that the conditions name; the operator then goes on.")
                .command("oc get networks.config.openshift.io cluster -o yaml")
                .command("oc get machineconfigpools")
                .command("oc get pods -n openshift-ovn-kubernetes -o wide")
                .verify("oc get clusteroperator network"),
        )
}
