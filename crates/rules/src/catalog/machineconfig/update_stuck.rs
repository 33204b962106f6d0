//! Stuck MachineConfigPool update.
//!
//! The condition shows since when the pool has been updating, not when its last node was done.
//! Therefore this rule allows thirty minutes for each node and at least ninety minutes for the
//! pool.
//!
//! - openshift/machine-config-operator `pkg/controller/node/node_controller.go`
//!   (`getAllCandidateMachines`)
//! - openshift/oc `pkg/cli/admin/upgrade/status/workerpool.go`

use crate::catalog::prelude::*;

/// How many minutes one node may take.
const PER_NODE: i64 = 30;
/// How many minutes any pool may take.
const AT_LEAST: i64 = 90;

pub(super) const RULE: Rule = rule(Warning, Symptom, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "A pool updates maxUnavailable nodes at a time, one by default. A node takes five to \
         thirty minutes to be drained, updated and rebooted. A pool that takes much longer \
         waits for something: a drain, a node that does not come back, or a node that uses up \
         maxUnavailable.",
    )
    .fix(
        "Check the node that is being updated: whether it is drained, whether it reboots, and \
         whether its machine-config-daemon runs.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pool in cx.all::<MachineConfigPool<'_>>() {
        let Some(updating) = pool.condition("Updating") else { continue };
        examined += 1;
        let (all, updated) = (pool.count("machineCount"), pool.count("updatedMachineCount"));
        let (Some(all), Some(updated)) = (all, updated) else { continue };
        let limit = Span::minutes(all.saturating_mul(PER_NODE).clamp(AT_LEAST, i64::MAX / 120));
        if updating.is_true() && updated < all && cx.is_older(updating.since(), limit) {
            findings.push(finding(cx, pool, updating, (updated, all)));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn finding(
    cx: &RuleContext<'_>,
    pool: MachineConfigPool<'_>,
    updating: Condition<'_>,
    (updated, all): (i64, i64),
) -> Finding {
    let name = pool.name();
    let age = cx.age(updating.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let target = pool.desired_config();
    let at_work: Vec<_> = cx
        .all::<Node<'_>>()
        .filter(|node| is_being_updated(*node) && node.machine_config("desiredConfig") == target)
        .collect();
    let names: Vec<_> = at_work.iter().map(|node| node.name()).collect();
    let summary = format!(
        "MachineConfigPool {name} has been updating{age}, and {updated} of its {} are updated",
        pluralize(usize::try_from(all).unwrap_or_default(), "node")
    );
    let nodes = at_work.iter().map(|node| {
        let state = node.machine_config("state").unwrap_or_default();
        let path = &["metadata", "annotations", "machineconfiguration.openshift.io/state"];
        Evidence::field(
            node.resource(),
            path,
            format!("the pool waits for this node, which is {state}"),
        )
    });
    let evidence = Evidence::condition(pool.resource(), updating, "Updating is True");
    Finding::new(Subject::view(pool), summary, evidence)
        // `Updating` has the start of the rollout. The time when it got stuck is not recorded.
        .since(None)
        .keywords(name)
        .keywords(updating.message())
        .keywords(names.join(" "))
        .evidence(nodes)
        .run("oc get nodes")
        .run(
            "oc logs -n openshift-machine-config-operator \
                     deployment/machine-config-controller -c machine-config-controller --tail=200",
        )
        .verify(format!("oc get machineconfigpool {name}"))
}
