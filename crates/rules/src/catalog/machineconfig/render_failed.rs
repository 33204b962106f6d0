//! MachineConfigPool that cannot be rendered (RenderDegraded).
//!
//! At the start of an update, the controller and its inputs belong to different releases for some
//! minutes, and rendering fails with `ignoring controller config`. This is only a note unless it
//! persists.
//!
//! - openshift/machine-config-operator `pkg/controller/render/render_controller.go`
//!   (`syncFailingStatus`)

use crate::catalog::prelude::*;

/// How long rendering may fail while inputs change.
const GRACE: Span = Span::minutes(10);
/// How long controller and inputs may belong to different releases.
const SKEW: Span = Span::minutes(30);

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "The machine-config-controller merges the MachineConfigs of a pool into one rendered \
         configuration. If that fails, the pool keeps the last one: no change and no release \
         update reaches its nodes.",
    )
    .fix(
        "The message contains the MachineConfig, the KubeletConfig or the conflict. Fix or \
         remove it.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pool in cx.all::<MachineConfigPool<'_>>() {
        let Some(condition) = pool.condition("RenderDegraded") else { continue };
        examined += 1;
        if !condition.is_true() {
            continue;
        }
        let is_skew = condition.message().contains("ignoring controller config");
        let limit = if is_skew { SKEW } else { GRACE };
        let usual = if pool.is_required() { Critical } else { Error };
        let persistence = Persistence::of(cx, condition.since(), limit);
        findings.push(persistence.apply(finding(pool, condition), usual));
    }
    Ok(Checked::over(examined, findings))
}

fn finding(pool: MachineConfigPool<'_>, condition: Condition<'_>) -> Finding {
    let name = pool.name();
    let message = condition.message();
    let summary = format!(
        "the configuration of MachineConfigPool {name} cannot be rendered: {}",
        excerpt(message.split_once(&format!("pool {name}: ")).map_or(&*message, |(_, why)| why))
    );
    let evidence = Evidence::condition(pool.resource(), condition, "RenderDegraded is True");
    Finding::new(Subject::view(pool), summary, evidence)
        .since(condition.since())
        .keywords(name)
        .keywords(&message)
        // The pool's own condition and the pool's other problems share the subject.
        .explains(Subject::view(pool), "Failed to render")
        .explains(Subject::cluster("ClusterOperator", "machine-config"), "Failed to render")
        .run(
            "oc get machineconfigs,kubeletconfigs,containerruntimeconfigs \
                     --sort-by=.metadata.creationTimestamp",
        )
        .verify(format!("oc get machineconfigpool {name} -o yaml"))
}
