//! Stuck migration to another network type.
//!
//! Migrations that restart all nodes at once leave no conditions.
//!
//! - openshift/cluster-network-operator, branch release-4.16,
//!   `pkg/controller/operconfig/migration.go`, `pkg/names/names.go` (`NetworkTypeMigration...`),
//!   `pkg/controller/clusterconfig/clusterconfig_controller.go` (`NetworkTypeMigrationFailed`)

use crate::catalog::prelude::*;

/// How long a migration may take if no step fails: each node restarts twice.
const LIMIT: Span = Span::hours(24);
const STEP: &str = "NetworkTypeMigration";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .needs(&[Need::Kind(&NETWORK_CONFIG)])
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    // The next attempt may succeed.
    .note_until(Span::minutes(5))
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
    let network = cx.required::<NetworkConfig<'_>>("", "cluster")?;
    let reported = network_condition(cx, "Degraded").unwrap_or_default();
    let failure = reported.filter(|it| it.reason == "NetworkTypeMigrationFailed").map(|it| {
        let summary = format!("the network type migration fails: {}", excerpt(&it.message));
        it.finding(subject(), summary)
    });
    let running = network.condition("NetworkTypeMigrationInProgress").filter(|it| it.is_true());
    let finding = failure.or_else(|| in_progress(cx, network, running?));
    let effect = Subject::cluster("ClusterOperator", "network");
    Ok(Checked::over(1, finding.map(|finding| finding.explains(effect, STEP))))
}

fn subject() -> Subject {
    Subject::cluster("Network", "cluster")
}

/// A migration of which a step has failed, or that has run for too long.
fn in_progress(
    cx: &RuleContext<'_>,
    network: NetworkConfig<'_>,
    running: Condition<'_>,
) -> Option<Finding> {
    let is_waiting = |it: &Condition<'_>| it.name().starts_with(STEP) && it.is_false();
    let waiting: Vec<_> = Condition::all(network.resource()).filter(is_waiting).collect();
    let failed = waiting.iter().find(|it| it.reason() == "MachineConfigPoolDegraded");
    if failed.is_none() && !Persistence::of(cx, running.since(), LIMIT).counts() {
        return None;
    }
    let step =
        |it: &Condition<'_>| format!("{} ({})", it.name().trim_start_matches(STEP), it.reason());
    let steps: Vec<_> = waiting.iter().map(step).collect();
    let waits = if steps.is_empty() { String::new() } else { format!(": {}", name_list(&steps)) };
    let age = cx.age(running.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let summary = format!("the network type migration has been in progress{age}{waits}");
    let evidence = Evidence::condition(network.resource(), running, "the migration is in progress");
    let finding = Finding::new(subject(), summary, evidence)
        .since(running.since())
        .lasts_since(failed.and_then(|it| it.since()))
        .evidence(waiting.iter().map(|it| {
            let note = format!("{}: {}", it.reason(), excerpt(&it.message()));
            Evidence::condition(network.resource(), *it, note)
        }));
    let finding = waiting.iter().fold(finding, |finding, it| finding.keywords(it.message()));
    Some(match failed {
        Some(_) => finding,
        None => finding
            .likely("that the migration is stuck is inferred from its duration")
            .severity(Warning)
            .grace(LIMIT),
    })
}
