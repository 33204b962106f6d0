//! `maxUnavailable` above 1 in the master MachineConfigPool.
//!
//! etcd has its own guard against evictions, but a reboot for another reason does not consult it.
//!
//! - openshift/machine-config-operator `pkg/controller/node/node_controller.go` (`maxUnavailable`)
//! - openshift/api `machineconfiguration/v1/types.go` (`MachineConfigPoolSpec`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Context, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
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

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(pool) = cx.find::<MachineConfigPool<'_>>("", "master") else {
        let what = "MachineConfigPool/master: not collected";
        let gap = Gap::new(GapKind::NotCollected, what);
        return Err(NotJudged::from(gap.command("oc get machineconfigpool master -o yaml")));
    };
    let findings = limit(pool).filter(|limit| *limit > 1).map(|limit| finding(pool, limit));
    Ok(Checked::over(1, findings.into_iter()))
}

/// How many of its nodes may be unavailable at the same time, if this is set.
fn limit(pool: MachineConfigPool<'_>) -> Option<i64> {
    let text = pool.resource().text(&["spec", "maxUnavailable"])?;
    match text.strip_suffix('%') {
        Some(percent) => {
            let nodes = pool.count("machineCount")?;
            Some(percent.parse::<i64>().ok()?.checked_mul(nodes)? / 100)
        }
        None => text.parse().ok(),
    }
}

fn finding(pool: MachineConfigPool<'_>, limit: i64) -> Finding {
    let evidence =
        Evidence::field(pool.resource(), &["spec", "maxUnavailable"], "maxUnavailable is above 1");
    Finding::new(
        Subject::view(pool),
        format!("{limit} control-plane nodes may be updated and rebooted at the same time"),
        evidence,
    )
}
