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
    .each(&[&MACHINE_CONFIG_POOL], |cx, object| {
        let updating = PoolCondition::of(object, "Updating")?;
        let counts = ["updatedMachineCount", "machineCount"].map(|it| updating.pool.count(it));
        let [Some(updated), Some(all)] = counts else { return Ok(None) };
        let is_updating = updating.condition.is_true() && updated < all;
        Ok(is_updating.then(|| finding(cx, updating, (updated, all))))
    })
    .grace(Span::minutes(AT_LEAST))
    .why(
        "A pool updates maxUnavailable nodes at a time, one by default. A node takes five to \
         thirty minutes to be drained, updated and rebooted. A pool that takes much longer \
         waits for something: a drain, a node that does not come back, or a node that uses up \
         maxUnavailable.",
    )
    .fix(
        "Check the node that is being updated: whether it is drained, whether it reboots, and \
         whether its machine-config-daemon runs.",
    )
    .run(&[
        "oc get nodes",
        "oc logs -n openshift-machine-config-operator deployment/machine-config-controller \
         -c machine-config-controller --tail=200",
    ])
    .verify(&["oc get machineconfigpool {name}"]);

fn finding(
    cx: &RuleContext<'_>,
    updating: PoolCondition<'_>,
    (updated, all): (i64, i64),
) -> Finding {
    let (pool, since) = (updating.pool, updating.condition.since());
    let age = cx.age(since).map(|age| format!(" for {age}")).unwrap_or_default();
    let target = pool.desired_config();
    let mut at_work: Vec<_> = cx.all::<Node<'_>>().filter(|node| is_being_updated(*node)).collect();
    at_work.retain(|node| node.machine_config("desiredConfig") == target);
    let names: Vec<_> = at_work.iter().map(|node| node.name()).collect();
    let summary = format!(
        "MachineConfigPool {} has been updating{age}, and {updated} of its {} are updated",
        pool.name(),
        pluralize(usize::try_from(all).unwrap_or_default(), "node")
    );
    let nodes = at_work.iter().map(|node| {
        let state = node.machine_config("state").unwrap_or_default();
        let path = &["metadata", "annotations", "machineconfiguration.openshift.io/state"];
        let note = format!("the pool waits for this node, which is {state}");
        Evidence::field(node.resource(), path, note)
    });
    let limit = all.saturating_mul(PER_NODE).clamp(AT_LEAST, i64::MAX / 120);
    updating
        .finding(summary)
        // `Updating` has the start of the rollout. The time when it got stuck is not recorded.
        .since(None)
        .lasts_since(since)
        .grace(Span::minutes(limit))
        .keywords(updating.condition.message())
        .keywords(names.join(" "))
        .evidence(nodes)
}
