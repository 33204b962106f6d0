//! Custom MachineConfigPool without nodes.
//!
//! A pool that was created for future nodes looks the same.
//!
//! - openshift/machine-config-operator `pkg/helpers/helpers.go` (`ListPools`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .each(&[&MACHINE_CONFIG_POOL], |_, object| {
        let pool = MachineConfigPool::of(object);
        let machines = pool.count("machineCount");
        let machines = machines.ok_or_else(|| not_applicable("the pool has no status yet"))?;
        if machines > 0 || !is_custom(pool) || pool.name() == "arbiter" {
            return Ok(None);
        }
        let summary = format!("MachineConfigPool {} has no nodes", pool.name());
        let nodes = Evidence::field(object, &["status", "machineCount"], "the pool has no nodes");
        let path = &["spec", "nodeSelector"];
        let selector = Evidence::field(object, path, "the node selector of the pool");
        let finding = Finding::new(Subject::of(object), summary, nodes).evidence([selector]);
        Ok(Some(finding.lasts_since(object.created())))
    })
    // An administrator labels nodes after creating the pool.
    .grace(Span::hours(1))
    .why(
        "The cluster itself has no problem, but the pool was created to contain nodes. If a \
         node label is misspelled, the nodes stay in worker, without the configuration of the \
         pool.",
    )
    .fix(
        "Compare the nodeSelector of the pool with the labels of the nodes, or delete the pool \
         if it is not needed.",
    )
    .run(&["oc get machineconfigpool {name} -o yaml", "oc get nodes --show-labels"])
    .verify(&["oc get machineconfigpool {name}"]);
