//! Stuck migration to another network type.
//!
//! Each node restarts twice, so the migration of a large cluster takes many hours. A migration that
//! has run for less than a day is reported only if a step reports a failure. Migrations that
//! restart all nodes at once leave no conditions.
//!
//! - openshift/cluster-network-operator, branch release-4.16,
//!   `pkg/controller/operconfig/migration.go`, `pkg/names/names.go` (`NetworkTypeMigration...`),
//!   `pkg/controller/clusterconfig/clusterconfig_controller.go` (`NetworkTypeMigrationFailed`)

use crate::catalog::prelude::*;

/// How long a migration may take if no failure is reported.
const LIMIT: Span = Span::hours(24);
const STEP: &str = "NetworkTypeMigration";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&NETWORK_CONFIG)])
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    .check(check)
    .why(
        "During a live migration both networks run side by side, and the nodes restart twice, \
         one after the other. Until the migration is complete, the cluster cannot be updated, \
         and a node that is not migrated may be unable to reach the other nodes.",
    )
    .fix(
        "The conditions show which step is waiting: a degraded MachineConfigPool, a DaemonSet \
         that is not ready, or the old network that is not purged. Fix this problem; the \
         operator then continues automatically.",
    )
    .run(&[
        "oc get networks.config.openshift.io cluster -o yaml",
        "oc get machineconfigpools",
        "oc get pods -n openshift-ovn-kubernetes -o wide",
    ])
    .verify(&["oc get clusteroperator network"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(network) = cx.find::<NetworkConfig<'_>>("", "cluster") else {
        return Err(not_applicable("there is no Network cluster"));
    };
    let failed = ConditionReport::of_network(cx, &["NetworkTypeMigrationFailed"]).bad();
    if let Some(reported) = failed {
        let message = &reported.message;
        let summary = format!("the network type migration fails: {}", excerpt(message));
        let severity = severity_by_age(cx, reported.since(), RULE.meta.severity);
        return Ok(Checked::over(
            1,
            vec![dress(reported.finding(subject(), summary)).severity(severity)],
        ));
    }
    let Some(running) = network.condition("NetworkTypeMigrationInProgress").filter(|c| c.is_true())
    else {
        return Ok(Checked::over(1, None));
    };
    let waiting: Vec<Condition<'_>> = Condition::all(network.resource())
        .filter(|condition| condition.name().starts_with(STEP) && condition.is_false())
        .collect();
    let has_failed = |condition: &Condition<'_>| condition.reason() == "MachineConfigPoolDegraded";
    let is_failed = waiting.iter().any(has_failed);
    if !is_failed && !cx.is_older(running.since(), LIMIT) {
        return Ok(Checked::over(1, None));
    }
    let steps: Vec<_> = waiting
        .iter()
        .map(|step| format!("{} ({})", step.name().trim_start_matches(STEP), step.reason()))
        .collect();
    let age = cx.age(running.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let waits = if steps.is_empty() { String::new() } else { format!(": {}", name_list(&steps)) };
    let finding = Finding::new(
        subject(),
        format!("the network type migration has been in progress{age}{waits}"),
        Evidence::condition(network.resource(), running, "the migration is in progress"),
    )
    .since(running.since())
    .evidence(waiting.iter().map(|step| {
        let note = format!("{}: {}", step.reason(), excerpt(&step.message()));
        Evidence::condition(network.resource(), *step, note)
    }));
    let finding = waiting.iter().fold(finding, |finding, step| finding.keywords(step.message()));
    let finding = if is_failed {
        finding
    } else {
        finding
            .likely("that the migration is stuck is inferred from its duration")
            .severity(Warning)
    };
    Ok(Checked::over(1, vec![dress(finding)]))
}

fn subject() -> Subject {
    Subject::cluster("Network", "cluster")
}

fn dress(finding: Finding) -> Finding {
    finding.explains(Subject::cluster("ClusterOperator", "network"), "NetworkTypeMigration")
}
