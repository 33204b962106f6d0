//! Large number of rendered MachineConfigs.
//!
//! Objects that were collected under another name are not counted.
//!
//! - openshift/machine-config-operator `pkg/controller/render/render_controller.go`
//! - openshift/oc `pkg/cli/admin/prune/renderedmachineconfigs`

use crate::catalog::prelude::*;

/// More than an old cluster with many updates has.
const MANY: usize = 200;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG)])
    .check(check)
    .why(
        "Every change of a pool's configuration leaves a rendered MachineConfig of up to a \
         megabyte behind. Hundreds of them fill etcd and slow down the clients that list them.",
    )
    .fix(
        "Prune the ones that no pool and no node uses. Many of them in a short time indicate \
         that something changes a MachineConfig repeatedly.",
    )
    .run(&["oc adm prune renderedmachineconfigs"])
    .verify(&["oc get machineconfigs"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let all: Vec<_> = cx.all::<MachineConfig<'_>>().collect();
    let rendered: Vec<_> =
        all.iter().filter(|config| config.resource().name().starts_with("rendered-")).collect();
    let oldest = rendered.iter().min_by_key(|config| config.resource().created());
    let findings = oldest
        .filter(|_| rendered.len() > MANY)
        .map(|oldest| finding(rendered.len(), **oldest))
        .into_iter();
    Ok(Checked::over(all.len(), findings))
}

fn finding(number: usize, oldest: MachineConfig<'_>) -> Finding {
    let evidence = Evidence::field(
        oldest.resource(),
        &["metadata", "creationTimestamp"],
        "the oldest rendered MachineConfig",
    );
    Finding::new(
        Subject::view(oldest),
        format!("{number} rendered MachineConfigs exist, and most of them are no longer needed"),
        evidence,
    )
}
