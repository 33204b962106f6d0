//! Overridden osImageURL in a MachineConfigPool.
//!
//! The MachineConfig that sets the image is shown only if MachineConfigs were collected.
//!
//! - openshift/machine-config-operator `pkg/controller/common/constants.go`
//!   (`OSImageURLOverriddenKey`), `pkg/operator/status.go`
//!   (`isMachineConfigPoolConfigurationValid`)

use crate::catalog::prelude::*;

const OVERRIDDEN: &str = "machineconfiguration.openshift.io/os-image-url-overridden";

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL), Need::Kind(&MACHINE_CONFIG)])
    .check(check)
    .why(
        "A MachineConfig sets osImageURL, so the nodes boot that image regardless of the \
         release. An update of the cluster completes but does not change their operating \
         system, with its kubelet and its fixes, until the image is rebuilt.",
    )
    .fix("Rebuild the image from the base image of each release, or remove the override.")
    .run(&["oc get machineconfigs"])
    .verify(&["oc get nodes -o wide"]);

fn check(cx: &RuleContext<'_>) -> Judged {
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
    Ok(Checked::over(examined, findings))
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
}
