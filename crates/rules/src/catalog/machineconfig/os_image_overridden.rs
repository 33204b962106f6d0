//! Overridden osImageURL in a MachineConfigPool.
//!
//! # Why it matters
//!
//! A MachineConfig sets `osImageURL`, so the nodes boot that image regardless of the release. An
//! update of the cluster completes but does not change their operating system, with its kubelet and
//! its fixes, until the image is rebuilt.
//!
//! # What to do
//!
//! Rebuild the image from the base image of each release, or remove the override.
//!
//! # Blind spots
//!
//! The MachineConfig that sets the image is shown only if MachineConfigs were collected.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/controller/common/constants.go`
//!   (`OSImageURLOverriddenKey`), `pkg/operator/status.go`
//!   (`isMachineConfigPoolConfigurationValid`)

use mustknow_cluster::model::kinds::{MACHINE_CONFIG, MACHINE_CONFIG_POOL};
use mustknow_cluster::views::{MachineConfig, MachineConfigPool};

use crate::catalog::prelude::*;

const OVERRIDDEN: &str = "machineconfiguration.openshift.io/os-image-url-overridden";

pub(super) static META: Meta = Meta {
    id: "machineconfig/os-image-overridden",
    title: "overridden osImageURL in a MachineConfigPool",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL), Need::Kind(&MACHINE_CONFIG)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pool in cx.all::<MachineConfigPool<'_>>() {
        let Some(desired) = pool.desired_config() else { continue };
        let Some(rendered) = cx.find::<MachineConfig<'_>>("", &desired) else { continue };
        examined += 1;
        if rendered.resource().annotation(OVERRIDDEN).as_deref() == Some("true") {
            findings.push(finding(cx, pool, rendered));
        }
    }
    Verdict::over(examined, findings, "no rendered MachineConfig of a pool in the archive")
}

fn finding(
    cx: &RuleContext<'_>,
    pool: MachineConfigPool<'_>,
    rendered: MachineConfig<'_>,
) -> Finding {
    let name = pool.name();
    let desired = rendered.resource().text(&["spec", "osImageURL"]);
    let source = cx.all::<MachineConfig<'_>>().find(|config| {
        !config.resource().name().starts_with("rendered-")
            && desired.is_some()
            && config.resource().text(&["spec", "osImageURL"]) == desired
    });
    let by = source.map(|config| format!(" by MachineConfig {}", config.resource().name()));
    let summary = format!(
        "the OS image of MachineConfigPool {name} is overridden{}, so updates do not change it",
        by.unwrap_or_default()
    );
    let evidence = Evidence::field(
        rendered.resource(),
        &["metadata", "annotations", OVERRIDDEN],
        "the image of the release is overridden",
    );
    Finding::new(Subject::view(pool), summary, evidence)
        .evidence([Evidence::field(
            rendered.resource(),
            &["spec", "osImageURL"],
            "the nodes boot this image",
        )])
        .evidence(source.map(|config| {
            Evidence::field(config.resource(), &["spec", "osImageURL"], "this setting overrides it")
        }))
        .why(
            "The nodes boot the image that the MachineConfig sets, regardless of the release. An \
             update completes but does not change their kubelet and their fixes.",
        )
        .remedy(
            Remedy::new("Rebuild the image for each release, or remove the override.")
                .command("oc get machineconfigs")
                .verify("oc get nodes -o wide"),
        )
}
