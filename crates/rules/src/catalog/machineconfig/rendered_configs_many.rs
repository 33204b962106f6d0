//! Large number of rendered MachineConfigs.
//!
//! - openshift/machine-config-operator `pkg/controller/render/render_controller.go`
//! - openshift/oc `pkg/cli/admin/prune/renderedmachineconfigs`

use crate::catalog::prelude::*;

/// More than an old cluster with many updates has.
const MANY: usize = 200;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG)])
    .check(|cx| {
        let all = cx.of_kind(&MACHINE_CONFIG);
        let rendered: Vec<_> =
            all.iter().filter(|config| config.name().starts_with("rendered-")).collect();
        let oldest = rendered.iter().min_by_key(|config| config.created());
        let finding = oldest.filter(|_| rendered.len() > MANY).map(|oldest| {
            let path = &["metadata", "creationTimestamp"];
            let evidence = Evidence::field(oldest, path, "the oldest rendered MachineConfig");
            let number = rendered.len();
            let summary = format!(
                "{number} rendered MachineConfigs exist, and most of them are no longer needed"
            );
            Finding::new(Subject::of(oldest), summary, evidence)
        });
        Ok(Checked::over(all.len(), finding))
    })
    .at_once("the number only grows")
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
