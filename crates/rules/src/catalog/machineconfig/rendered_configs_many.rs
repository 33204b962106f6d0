//! Large number of rendered MachineConfigs.
//!
//! # Why it matters
//!
//! Every change of a pool's configuration leaves a rendered MachineConfig of up to a megabyte
//! behind. Hundreds of them fill etcd and slow down the clients that list them.
//!
//! # What to do
//!
//! Prune the ones that no pool and no node uses. Many of them in a short time indicate that
//! something changes a MachineConfig repeatedly.
//!
//! # Blind spots
//!
//! Objects that were collected under another name are not counted.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/controller/render/render_controller.go`
//! - openshift/oc `pkg/cli/admin/prune/renderedmachineconfigs`

use mustknow_cluster::model::kinds::MACHINE_CONFIG;
use mustknow_cluster::views::MachineConfig;

use crate::catalog::prelude::*;

/// More than an old cluster with many updates has.
const MANY: usize = 200;

pub(super) static META: Meta = Meta {
    id: "machineconfig/rendered-configs-many",
    title: "large number of rendered MachineConfigs",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let all: Vec<_> = cx.all::<MachineConfig<'_>>().collect();
    let rendered: Vec<_> =
        all.iter().filter(|config| config.resource().name().starts_with("rendered-")).collect();
    let oldest = rendered.iter().min_by_key(|config| config.resource().created());
    let findings = oldest
        .filter(|_| rendered.len() > MANY)
        .map(|oldest| finding(rendered.len(), **oldest))
        .into_iter()
        .collect();
    Verdict::over(all.len(), findings, "no MachineConfig in the archive")
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
    .why(
        "Each change of a pool's configuration leaves one behind, of up to a megabyte. They fill \
         etcd and slow down the clients that list them.",
    )
    .remedy(
        Remedy::new("Prune the rendered MachineConfigs that no pool and no node uses.")
            .command("oc adm prune renderedmachineconfigs")
            .verify("oc get machineconfigs"),
    )
}
