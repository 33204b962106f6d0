//! `maxUnavailable` above 1 in the master MachineConfigPool.
//!
//! etcd has its own guard against evictions, but a reboot for another reason does not consult it.
//!
//! - openshift/machine-config-operator `pkg/controller/node/node_controller.go` (`maxUnavailable`)
//! - openshift/api `machineconfiguration/v1/types.go` (`MachineConfigPoolSpec`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(|cx| {
        let pool = cx.required::<MachineConfigPool<'_>>("", "master")?;
        let limit = max_unavailable(pool, pool.count("machineCount").unwrap_or_default());
        let finding = limit.filter(|limit| *limit > 1).map(|limit| {
            let summary =
                format!("{limit} control-plane nodes may be updated and rebooted at the same time");
            let path = &["spec", "maxUnavailable"];
            let evidence = Evidence::field(pool.resource(), path, "maxUnavailable is above 1");
            Finding::new(Subject::view(pool), summary, evidence)
        });
        Ok(Checked::over(1, finding))
    })
    .at_once("a setting stays until an administrator changes it")
    .why(
        "maxUnavailable of pool master is above 1. With three control-plane nodes, a reboot of \
         two nodes at the same time costs etcd its quorum, and the cluster its API, in the \
         middle of an update.",
    )
    .fix("Set maxUnavailable back to 1.")
    .run(&["oc patch machineconfigpool master --type=merge -p \
             '{\"spec\":{\"maxUnavailable\":1}}'"])
    .verify(&["oc get machineconfigpool master -o yaml"])
    .before(&[("no update of the pool is in progress", "oc get machineconfigpool master")]);
