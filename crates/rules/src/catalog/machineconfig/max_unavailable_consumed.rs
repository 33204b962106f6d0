//! MachineConfigPool blocked by unavailable nodes (maxUnavailable reached).
//!
//! A pool between two nodes looks the same for some seconds, so the pool must have been updating
//! for half an hour and the node unavailable for fifteen minutes.
//!
//! - openshift/machine-config-operator `pkg/controller/node/node_controller.go`
//!   (`getAllCandidateMachines`), `pkg/controller/common/layered_node_state.go`
//!   (`IsUnavailableForUpdate`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&NODE)])
    .each(&[&MACHINE_CONFIG_POOL], |cx, object| {
        let updating = PoolCondition::of(object, "Updating")?;
        let pool = updating.pool;
        let is_waiting = updating.condition.is_true()
            && !pool.is_paused()
            && pool.count("updatedMachineCount") < pool.count("machineCount");
        Ok(if is_waiting { finding(cx, updating) } else { None })
    })
    // Between two nodes, a pool looks the same for some seconds.
    .grace(Span::minutes(30))
    .why(
        "A pool starts no further node update while maxUnavailable of its nodes (one by \
         default) are unavailable. A node that is cordoned or not ready for another reason \
         counts too, so the update of the whole pool waits for a node that is not being \
         updated.",
    )
    .fix(
        "Make the node available again: uncordon it, or fix what keeps it from being ready. \
         Increase maxUnavailable only deliberately, and never for master.",
    )
    .run(&["oc describe node {node}"])
    .verify(&["oc get machineconfigpool {name}"]);

/// A node that is unavailable but not being updated.
struct UnavailableNode<'s> {
    node: Node<'s>,
    /// The condition that reports it as not ready; None for a node that is cordoned.
    not_ready: Option<Condition<'s>>,
    since: Option<Time>,
}

impl<'s> UnavailableNode<'s> {
    fn of(node: Node<'s>) -> Option<Self> {
        if is_being_updated(node) || node.machine_config("state").as_deref() != Some("Done") {
            return None;
        }
        let not_ready = node.condition("Ready").filter(|ready| !ready.is_true());
        let since = match not_ready {
            Some(ready) => ready.since(),
            None if node.is_unschedulable() => node.cordoned_since(),
            None => return None,
        };
        Some(Self { node, not_ready, since })
    }

    fn evidence(&self) -> Evidence {
        let (resource, name) = (self.node.resource(), self.node.name());
        if let Some(ready) = self.not_ready {
            let note = format!("node {name} is not ready, and its configuration is Done");
            Evidence::condition(resource, ready, note)
        } else {
            let note = format!("node {name} is cordoned, and its configuration is Done");
            Evidence::field(resource, &["spec", "unschedulable"], note)
        }
    }
}

fn finding(cx: &RuleContext<'_>, updating: PoolCondition<'_>) -> Option<Finding> {
    let pool = updating.pool;
    let mut members: Vec<_> = cx.all::<Node<'_>>().collect();
    members.retain(|node| pool_of(cx, *node).is_some_and(|own| own.name() == pool.name()));
    // If a node is being updated, the pool makes progress.
    if members.iter().any(|node| is_being_updated(*node)) {
        return None;
    }
    let limit = max_unavailable(pool, i64::try_from(members.len()).ok()?)?;
    let mut unavailable: Vec<_> =
        members.iter().filter_map(|node| UnavailableNode::of(*node)).collect();
    // A node that reboots becomes ready within this time.
    unavailable.retain(|it| Persistence::of(cx, it.since, Span::minutes(15)).counts());
    let first = unavailable.first()?.node.name();
    if unavailable.len() < usize::try_from(limit).ok()? {
        return None;
    }
    let names: Vec<_> = unavailable.iter().map(|unavailable| unavailable.node.name()).collect();
    let name = pool.name();
    let nodes = pluralize(members.len(), "node");
    let verb = if names.len() == 1 { "is" } else { "are" };
    let summary = format!(
        "MachineConfigPool {name} updates no further node: {limit} of its {nodes} may be \
         unavailable, and {} {verb} unavailable for another reason",
        name_list(&names)
    );
    let path = &["spec", "maxUnavailable"];
    let set = pool.resource().at(path);
    let limit =
        set.map(|_| Evidence::field(pool.resource(), path, "the limit of unavailable nodes"));
    Some(
        updating
            .finding(summary)
            .severity(if pool.is_required() { Error } else { Warning })
            .since(unavailable.iter().filter_map(|unavailable| unavailable.since).max())
            .lasts_since(updating.condition.since())
            .keywords(names.join(" "))
            .evidence(limit)
            .evidence(unavailable.iter().map(UnavailableNode::evidence))
            .explains(Subject::view(pool), "updating to")
            .with("node", first),
    )
}
