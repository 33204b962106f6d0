//! Rendered machine configurations that nobody cleans up.
//!
//! # Why it matters
//!
//! Every change of a pool's configuration leaves a rendered MachineConfig behind, up to a megabyte
//! each. Hundreds of them fill etcd and slow down whoever lists them.
//!
//! # What to do
//!
//! Prune those that no pool and no node uses. Many in a short time tell of something that changes a
//! MachineConfig again and again.
//!
//! # Blind spots
//!
//! Objects that were collected under another name are not counted.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/controller/render/render_controller.go`
//! - openshift/oc `pkg/cli/admin/prune/renderedmachineconfigs`

use mustknow_gather::kinds::{MACHINE_CONFIG, MachineConfig};

use crate::catalog::prelude::*;

/// More than an old cluster of many updates has.
const MANY: usize = 200;

pub(super) static META: Meta = Meta {
    id: "machineconfig/rendered-configs-many",
    title: "hundreds of rendered machine configurations that nobody cleans up",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let all: Vec<_> = case.all::<MachineConfig<'_>>().collect();
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
        "the oldest of them",
    );
    Finding::new(
        Subject::view(oldest),
        format!("{number} rendered MachineConfigs are kept, mostly of no use any more"),
        evidence,
    )
    .why(
        "Each change of a pool's configuration leaves one behind, up to a megabyte each. They fill \
         etcd and slow down whoever lists them.",
    )
    .remedy(
        Remedy::new("Prune those that no pool and no node uses.")
            .command("oc adm prune renderedmachineconfigs")
            .verify("oc get machineconfigs"),
    )
}
