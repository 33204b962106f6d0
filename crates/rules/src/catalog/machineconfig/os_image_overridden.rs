//! Overridden osImageURL in a MachineConfigPool.
//!
//! - openshift/machine-config-operator `pkg/controller/common/constants.go`
//!   (`OSImageURLOverriddenKey`), `pkg/operator/status.go`
//!   (`isMachineConfigPoolConfigurationValid`)

use crate::catalog::prelude::*;

const OVERRIDDEN: &str = "machineconfiguration.openshift.io/os-image-url-overridden";
const IMAGE: [&str; 2] = ["spec", "osImageURL"];

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG)])
    .each(&[&MACHINE_CONFIG_POOL], |cx, object| {
        let pool = MachineConfigPool::of(object);
        let desired = pool.desired_config().unwrap_or_default();
        let rendered = cx.find::<MachineConfig<'_>>("", &desired);
        let rendered =
            rendered.ok_or_else(|| not_applicable("its rendered MachineConfig is not known"))?;
        let is_overridden = rendered.resource().annotation(OVERRIDDEN).as_deref() == Some("true");
        Ok(is_overridden.then(|| finding(cx, pool, rendered.resource())))
    })
    .at_once("a setting stays until an administrator changes it")
    .why(
        "A MachineConfig sets osImageURL, so the nodes boot that image regardless of the \
         release. An update of the cluster completes but does not change their operating \
         system, with its kubelet and its fixes, until the image is rebuilt.",
    )
    .fix("Rebuild the image from the base image of each release, or remove the override.")
    .run(&["oc get machineconfigs"])
    .verify(&["oc get nodes -o wide"]);

fn finding(cx: &RuleContext<'_>, pool: MachineConfigPool<'_>, rendered: &Resource) -> Finding {
    let image = rendered.text(&IMAGE);
    let source = cx.all::<MachineConfig<'_>>().map(View::resource).find(|config| {
        let is_same = image.is_some() && config.text(&IMAGE) == image;
        is_same && !config.name().starts_with("rendered-")
    });
    let by = source.map(|config| format!(" by MachineConfig {}", config.name()));
    let summary = format!(
        "the OS image of MachineConfigPool {} is overridden{}, so updates do not change it",
        pool.name(),
        by.unwrap_or_default()
    );
    let path = ["metadata", "annotations", OVERRIDDEN];
    let evidence = Evidence::field(rendered, &path, "the image of the release is overridden");
    Finding::new(Subject::view(pool), summary, evidence)
        .evidence([Evidence::field(rendered, &IMAGE, "the nodes boot this image")])
        .evidence(source.map(|it| Evidence::field(it, &IMAGE, "this setting overrides it")))
}
