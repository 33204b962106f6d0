//! A control plane whose nodes may be updated several at a time.
//!
//! # Why it matters
//!
//! `maxUnavailable` of pool `master` is above one. With three control-plane nodes two that are
//! rebooted together cost etcd its quorum, and the API with it, in the middle of an update.
//!
//! # What to do
//!
//! Set it back to 1.
//!
//! # Blind spots
//!
//! etcd has a guard of its own against evictions, which a reboot for another reason does not ask.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/controller/node/node_controller.go` (`maxUnavailable`)
//! - openshift/api `machineconfiguration/v1/types.go` (`MachineConfigPoolSpec`)

use mustknow_gather::kinds::{MACHINE_CONFIG_POOL, MachineConfigPool};

use crate::catalog::prelude::*;

pub(super) static META: Meta = Meta {
    id: "machineconfig/control-plane-in-parallel",
    title: "a control plane whose nodes may be updated several at a time",
    severity: Severity::Warning,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(pool) = case.find::<MachineConfigPool<'_>>("", "master") else {
        let what = "MachineConfigPool/master: not collected";
        let gap = Gap::new(GapKind::NotCollected, what);
        return Verdict::Unknown(gap.ask("oc get machineconfigpool master -o yaml"));
    };
    let findings = limit(pool).filter(|limit| *limit > 1).map(|limit| finding(pool, limit));
    Verdict::over(1, findings.into_iter().collect(), "")
}

/// How many of its nodes may be away at once, where it says so.
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
        Evidence::field(pool.resource(), &["spec", "maxUnavailable"], "somebody set it so");
    Finding::new(
        Subject::view(pool),
        format!("{limit} control-plane nodes may be updated and rebooted at the same time"),
        evidence,
    )
    .why(
        "Every control-plane node is a member of etcd. Two of three that are rebooted together \
         cost etcd its quorum and the cluster its API, in the middle of an update.",
    )
    .remedy(
        Remedy::new("Set it back to 1.")
            .command(
                "oc patch machineconfigpool master --type=merge -p \
                 '{\"spec\":{\"maxUnavailable\":1}}'",
            )
            .verify("oc get machineconfigpool master -o yaml")
            .before(
                "no update of the pool is under way",
                Proof::ByHand("oc get machineconfigpool master".to_owned()),
            ),
    )
}
