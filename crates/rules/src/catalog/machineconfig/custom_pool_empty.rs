//! Custom MachineConfigPool without nodes.
//!
//! A pool that was created for future nodes looks the same.
//!
//! - openshift/machine-config-operator `pkg/helpers/helpers.go` (`ListPools`)

use crate::catalog::prelude::*;

/// How long an administrator may take to label nodes.
const GRACE: Span = Span::hours(1);

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "The cluster itself has no problem, but the pool was created to contain nodes. If a \
         node label is misspelled, the nodes stay in worker, without the configuration of the \
         pool.",
    )
    .fix(
        "Compare the nodeSelector of the pool with the labels of the nodes, or delete the pool \
         if it is not needed.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for pool in cx.all::<MachineConfigPool<'_>>() {
        let Some(machines) = pool.count("machineCount") else { continue };
        examined += 1;
        let is_match = is_custom(pool) && pool.name() != "arbiter";
        if is_match && machines == 0 && cx.is_older(pool.resource().created(), GRACE) {
            findings.push(finding(pool));
        }
    }
    Ok(Checked::over(examined, findings))
}

fn finding(pool: MachineConfigPool<'_>) -> Finding {
    let name = pool.name();
    Finding::new(
        Subject::view(pool),
        format!("MachineConfigPool {name} has no nodes"),
        Evidence::field(pool.resource(), &["status", "machineCount"], "the pool has no nodes"),
    )
    .evidence([Evidence::field(
        pool.resource(),
        &["spec", "nodeSelector"],
        "the node selector of the pool",
    )])
    .run(format!("oc get machineconfigpool {name} -o yaml"))
    .run("oc get nodes --show-labels")
}
