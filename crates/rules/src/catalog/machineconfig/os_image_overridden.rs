//! A MachineConfigPool whose operating system image somebody replaced.
//!
//! # Why it matters
//!
//! A MachineConfig sets `osImageURL`, so the nodes boot that image whatever the release brings. An
//! update of the cluster is called complete and leaves their operating system as it is, with its
//! kubelet and its fixes, until somebody builds the image anew.
//!
//! # What to do
//!
//! Build the image anew from the base image of each release, or take the override out.
//!
//! # Blind spots
//!
//! Which MachineConfig sets the image is told where they were collected.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/controller/common/constants.go`
//!   (`OSImageURLOverriddenKey`), `pkg/operator/status.go`
//!   (`isMachineConfigPoolConfigurationValid`)

use mustknow_gather::kinds::{
    MACHINE_CONFIG, MACHINE_CONFIG_POOL, MachineConfig, MachineConfigPool,
};

use crate::catalog::prelude::*;

const OVERRIDDEN: &str = "machineconfiguration.openshift.io/os-image-url-overridden";

pub(super) static META: Meta = Meta {
    id: "machineconfig/os-image-overridden",
    title: "a MachineConfigPool whose operating system image somebody replaced",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL), Need::Kind(&MACHINE_CONFIG)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pool in case.all::<MachineConfigPool<'_>>() {
        let Some(wanted) = pool.desired_config() else { continue };
        let Some(rendered) = case.find::<MachineConfig<'_>>("", &wanted) else { continue };
        examined += 1;
        if rendered.resource().annotation(OVERRIDDEN).as_deref() == Some("true") {
            findings.push(finding(case, pool, rendered));
        }
    }
    Verdict::over(examined, findings, "no rendered MachineConfig of a pool in the archive")
}

fn finding(case: &Case<'_>, pool: MachineConfigPool<'_>, rendered: MachineConfig<'_>) -> Finding {
    let name = pool.name();
    let wanted = rendered.resource().text(&["spec", "osImageURL"]);
    let source = case.all::<MachineConfig<'_>>().find(|config| {
        !config.resource().name().starts_with("rendered-")
            && wanted.is_some()
            && config.resource().text(&["spec", "osImageURL"]) == wanted
    });
    let by = source.map(|config| format!(" by MachineConfig {}", config.resource().name()));
    let summary = format!(
        "the operating system of MachineConfigPool {name} is replaced{}, so updates leave it as \
         it is",
        by.unwrap_or_default()
    );
    let evidence = Evidence::field(
        rendered.resource(),
        &["metadata", "annotations", OVERRIDDEN],
        "the image of the release was overridden",
    );
    Finding::new(Subject::view(pool), summary, evidence)
        .evidence([Evidence::field(
            rendered.resource(),
            &["spec", "osImageURL"],
            "the nodes boot this image",
        )])
        .evidence(source.map(|config| {
            Evidence::field(config.resource(), &["spec", "osImageURL"], "and this asks for it")
        }))
        .why(
            "The nodes boot the image that the MachineConfig names, whatever the release brings. \
             An update is called complete and leaves their kubelet and their fixes as they are.",
        )
        .remedy(
            Remedy::new("Build the image anew for each release, or take the override out.")
                .command("oc get machineconfigs")
                .verify("oc get nodes -o wide"),
        )
}
