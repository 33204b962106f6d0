//! MachineConfigPool that cannot be rendered (RenderDegraded).
//!
//! - openshift/machine-config-operator `pkg/controller/render/render_controller.go`
//!   (`syncFailingStatus`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .each(&[&MACHINE_CONFIG_POOL], |_, object| {
        let failed = PoolCondition::of(object, "RenderDegraded")?;
        Ok(failed.condition.is_true().then(|| finding(failed)))
    })
    // Inputs that belong together do not change at the same moment.
    .note_until(Span::minutes(10))
    .why(
        "The machine-config-controller merges the MachineConfigs of a pool into one rendered \
         configuration. If that fails, the pool keeps the last one: no change and no release \
         update reaches its nodes.",
    )
    .fix(
        "The message contains the MachineConfig, the KubeletConfig or the conflict. Fix or \
         remove it.",
    )
    .run(&["oc get machineconfigs,kubeletconfigs,containerruntimeconfigs \
            --sort-by=.metadata.creationTimestamp"])
    .verify(&["oc get machineconfigpool {name} -o yaml"]);

fn finding(failed: PoolCondition<'_>) -> Finding {
    let (name, message) = (failed.pool.name(), failed.condition.message());
    let detail = message.split_once(&format!("pool {name}: ")).map_or(&*message, |(_, why)| why);
    let what = format!("the configuration of MachineConfigPool {name} cannot be rendered");
    let finding = failed
        .finding(format!("{what}: {}", excerpt(detail)))
        .keywords(&message)
        .severity(if failed.pool.is_required() { Critical } else { Error })
        // The pool's own condition and the pool's other problems share the subject.
        .explains(Subject::view(failed.pool), "Failed to render")
        .explains(Subject::cluster("ClusterOperator", "machine-config"), "Failed to render");
    // At the start of an update, the controller and its inputs belong to different releases.
    if message.contains("ignoring controller config") {
        finding.grace(Span::minutes(30))
    } else {
        finding
    }
}
