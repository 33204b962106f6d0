//! Degraded MachineConfigPool.
//!
//! A node reports Degraded at its first failure and may succeed at its next attempt a minute later,
//! so a pool that has been degraded for less than five minutes is only reported as a note.
//!
//! - openshift/machine-config-operator `pkg/controller/node/status.go`
//! - openshift/machine-config-operator `docs/FAQ.md`

use crate::catalog::prelude::*;

/// How long a node may fail before its next attempts succeed.
const GRACE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Critical, Symptom, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "A pool is degraded while one of its nodes cannot apply its configuration, while the \
         configuration cannot be rendered, or while its image cannot be built. Updates stop at \
         a degraded pool, and a degraded master pool makes the Machine Config Operator \
         degraded.",
    )
    .fix(
        "The condition repeats the message of the machine-config-daemon on the node. Fix the \
         problem that it reports. The other rules of this area describe the usual reasons.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pool in cx.all::<MachineConfigPool<'_>>() {
        if pool.condition("Degraded").is_none() && pool.condition("NodeDegraded").is_none() {
            continue;
        }
        examined += 1;
        let reasons: Vec<_> = pool
            .conditions()
            .filter(|condition| condition.is_true() && condition.name().ends_with("Degraded"))
            .collect();
        findings.extend(finding(cx, pool, &reasons));
    }
    Ok(Checked::over(examined, findings))
}

fn finding(
    cx: &RuleContext<'_>,
    pool: MachineConfigPool<'_>,
    reasons: &[Condition<'_>],
) -> Option<Finding> {
    // `DegradedNode` summarizes the other conditions, which show the reason.
    let telling = reasons
        .iter()
        .find(|condition| condition.name() != "Degraded" && !condition.message().trim().is_empty());
    let first = telling.or_else(|| reasons.first())?;
    let name = pool.name();
    let nodes = pool.count("degradedMachineCount").filter(|count| *count > 0);
    let nodes = nodes.zip(pool.count("machineCount"));
    let extent = nodes.map(|(bad, all)| format!(" ({bad} of {all} nodes)")).unwrap_or_default();
    let detail = match &*excerpt(&first.message()) {
        "" => first.name().into_owned(),
        detail => detail.to_owned(),
    };
    let since = reasons.iter().filter_map(|condition| condition.since()).min();
    let evidence = reasons.iter().map(|condition| {
        Evidence::condition(pool.resource(), *condition, format!("{} is True", condition.name()))
    });
    let head = Evidence::condition(pool.resource(), *first, format!("{} is True", first.name()));
    let others = evidence.filter(|other| !is_same_place(other, &head));
    let summary = format!("MachineConfigPool {name} is degraded{extent}: {detail}");
    let finding = Finding::new(Subject::view(pool), summary, head.clone())
        .since(since)
        .evidence(others.collect::<Vec<_>>())
        .keywords(name)
        .explains(Subject::view(pool), "updating to")
        .run("oc describe nodes | grep -E '^Name:|machineconfiguration.*/(state|reason):'")
        .verify(format!("oc get machineconfigpool {name}"));
    let finding = reasons.iter().fold(finding, |finding, condition| {
        finding.keywords(condition.reason()).keywords(condition.message())
    });
    let usual = if pool.is_required() { Critical } else { Error };
    Some(Persistence::of(cx, since, GRACE).apply(finding, usual))
}

fn is_same_place(one: &Evidence, other: &Evidence) -> bool {
    match (one, other) {
        (
            Evidence::Seen { place: Place::Document { span: one, .. }, .. },
            Evidence::Seen { place: Place::Document { span: other, .. }, .. },
        ) => one == other,
        _ => false,
    }
}
