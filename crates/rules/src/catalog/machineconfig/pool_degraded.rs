//! Degraded MachineConfigPool.
//!
//! - openshift/machine-config-operator `pkg/controller/node/status.go`
//! - openshift/machine-config-operator `docs/FAQ.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .each(&[&MACHINE_CONFIG_POOL], |_, object| {
        let pool = MachineConfigPool::of(object);
        if pool.condition("Degraded").or(pool.condition("NodeDegraded")).is_none() {
            return Err(not_applicable("the pool does not report whether it is degraded"));
        }
        let mut bad: Vec<_> = pool.conditions().filter(|condition| condition.is_true()).collect();
        bad.retain(|condition| condition.name().ends_with("Degraded"));
        Ok(finding(pool, &bad))
    })
    // A node reports Degraded at its first failure, and tries again after a minute.
    .note_until(Span::minutes(5))
    .why(
        "A pool is degraded while one of its nodes cannot apply its configuration, while the \
         configuration cannot be rendered, or while its image cannot be built. Updates stop at \
         a degraded pool, and a degraded master pool makes the Machine Config Operator \
         degraded.",
    )
    .fix(
        "The condition repeats the message of the machine-config-daemon on the node. Fix the \
         problem that it reports. The other rules of this area describe the usual reasons.",
    )
    .run(&["oc describe nodes | grep -E '^Name:|machineconfiguration.*/(state|reason):'"])
    .verify(&["oc get machineconfigpool {name}"]);

fn finding(pool: MachineConfigPool<'_>, bad: &[Condition<'_>]) -> Option<Finding> {
    // `Degraded` summarizes the other conditions, which show the reason.
    let shows_reason =
        |it: &Condition<'_>| it.name() != "Degraded" && !it.message().trim().is_empty();
    let lead = bad.iter().position(shows_reason).unwrap_or_default();
    let first = *bad.get(lead)?;
    let name = pool.name();
    let degraded = pool.count("degradedMachineCount").filter(|count| *count > 0);
    let extent = degraded.zip(pool.count("machineCount"));
    let extent = extent.map(|(bad, all)| format!(" ({bad} of {all} nodes)")).unwrap_or_default();
    let detail = match &*excerpt(&first.message()) {
        "" => first.name().into_owned(),
        detail => detail.to_owned(),
    };
    let summary = format!("MachineConfigPool {name} is degraded{extent}: {detail}");
    let finding = PoolCondition { pool, condition: first }
        .finding(summary)
        .severity(if pool.is_required() { Critical } else { Error })
        .keywords(first.reason())
        .keywords(first.message())
        .since(bad.iter().filter_map(|condition| condition.since()).min())
        .explains(Subject::view(pool), "updating to");
    let others = bad.iter().enumerate().filter(|(at, _)| *at != lead);
    Some(others.fold(finding, |finding, (_, other)| {
        let note = format!("{} is True", other.name());
        finding
            .evidence([Evidence::condition(pool.resource(), *other, note)])
            .keywords(other.reason())
            .keywords(other.message())
    }))
}
