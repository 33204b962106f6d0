//! MachineConfigPool blocked by unavailable nodes (maxUnavailable reached).
//!
//! A pool between two nodes looks the same for some seconds, so the pool must have been updating
//! for half an hour and the node unavailable for fifteen minutes.
//!
//! - openshift/machine-config-operator `pkg/controller/node/node_controller.go`
//!   (`getAllCandidateMachines`), `pkg/controller/common/layered_node_state.go`
//!   (`IsUnavailableForUpdate`)

use crate::catalog::prelude::*;

/// How long a pool must have been updating.
const UPDATING: Span = Span::minutes(30);
/// How long a node must have been unavailable.
const UNAVAILABLE: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL), Need::Kind(&NODE)])
    .check(check)
    .why(
        "A pool starts no further node update while maxUnavailable of its nodes (one by \
         default) are unavailable. A node that is cordoned or not ready for another reason \
         counts too, so the update of the whole pool waits for a node that is not being \
         updated.",
    )
    .fix(
        "Make the node available again: uncordon it, or fix what keeps it from being ready. \
         Increase maxUnavailable only deliberately, and never for master.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pool in cx.all::<MachineConfigPool<'_>>() {
        let Some(updating) = pool.condition("Updating") else { continue };
        examined += 1;
        let is_waiting = updating.is_true()
            && !pool.is_paused()
            && cx.is_older(updating.since(), UPDATING)
            && pool.count("updatedMachineCount") < pool.count("machineCount");
        if is_waiting {
            findings.extend(finding(cx, pool));
        }
    }
    Ok(Checked::over(examined, findings))
}

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

fn finding(cx: &RuleContext<'_>, pool: MachineConfigPool<'_>) -> Option<Finding> {
    let members: Vec<_> = cx
        .all::<Node<'_>>()
        .filter(|node| pool_of(cx, *node).is_some_and(|own| own.name() == pool.name()))
        .collect();
    // If a node is being updated, the pool makes progress.
    if members.iter().any(|node| is_being_updated(*node)) {
        return None;
    }
    let limit = limit(pool, members.len())?;
    let unavailable: Vec<_> = members
        .iter()
        .filter_map(|node| UnavailableNode::of(*node))
        .filter(|unavailable| {
            unavailable.since.is_none() || cx.is_older(unavailable.since, UNAVAILABLE)
        })
        .collect();
    let first = unavailable.first()?.node;
    if unavailable.len() < limit {
        return None;
    }
    let names: Vec<_> = unavailable.iter().map(|unavailable| unavailable.node.name()).collect();
    let name = pool.name();
    let summary = format!(
        "MachineConfigPool {name} updates no further node: {} of its {} may be unavailable, and \
         {} unavailable for another reason",
        limit,
        pluralize(members.len(), "node"),
        match names.as_slice() {
            [only] => format!("{only} is"),
            several => format!("{} are", name_list(several)),
        }
    );
    let limit = pool.resource().at(&["spec", "maxUnavailable"]).map(|_| {
        let path = &["spec", "maxUnavailable"];
        Evidence::field(pool.resource(), path, "the limit of unavailable nodes")
    });
    let updating = pool.condition("Updating")?;
    let head = Evidence::condition(pool.resource(), updating, "the pool is Updating");
    let finding = Finding::new(Subject::view(pool), summary, head)
        .since(unavailable.iter().filter_map(|unavailable| unavailable.since).max())
        .keywords(name)
        .keywords(names.join(" "))
        .evidence(limit)
        .evidence(unavailable.iter().map(UnavailableNode::evidence))
        .explains(Subject::view(pool), "updating to")
        .run(format!("oc describe node {}", first.name()))
        .verify(format!("oc get machineconfigpool {name}"));
    Some(if pool.is_required() { finding } else { finding.severity(Warning) })
}

/// How many of `nodes` may be unavailable; None if the format of maxUnavailable is not known.
fn limit(pool: MachineConfigPool<'_>, nodes: usize) -> Option<usize> {
    let Some(text) = pool.resource().text(&["spec", "maxUnavailable"]) else { return Some(1) };
    let limit = match text.strip_suffix('%') {
        Some(percent) => percent.parse::<usize>().ok()?.checked_mul(nodes)? / 100,
        None => text.parse().ok()?,
    };
    Some(limit.max(1))
}
