//! Paused MachineConfigPool.
//!
//! A pause may be intended, for example between two updates of the control plane. The archive does
//! not show who paused the pool, or why.
//!
//! - openshift/machine-config-operator `pkg/operator/sync.go` (`required MachineConfigPool master
//!   is paused and cannot sync until it is unpaused`)
//! - openshift/oc `pkg/cli/admin/upgrade/status/workerpool.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .each(&[&MACHINE_CONFIG_POOL], |cx, object| {
        let pool = MachineConfigPool::of(object);
        Ok(pool.is_paused().then(|| finding(cx, pool)))
    })
    .at_once("a setting stays until an administrator changes it")
    .why(
        "A paused pool gets no new configuration: its nodes keep the old operating system and \
         kubelet, and do not get rotated certificates of the kubelet CA either. An update waits \
         for the master pool. It completes without the worker pools, and kubelets that fall \
         too far behind block the next update.",
    )
    .fix(
        "Unpause the pool when the pause is no longer needed. Its nodes are then drained and \
         rebooted.",
    )
    .run(&["oc patch machineconfigpool {name} --type=merge -p '{\"spec\":{\"paused\":false}}'"])
    .verify(&["oc get machineconfigpool {name}"])
    .side_effects(&["its nodes are drained and rebooted one after another"])
    .before(&[("the pause is no longer needed", "")]);

/// What the nodes of the pool do not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PendingChange {
    /// They are up to date.
    None,
    /// They are up to date, but the update in progress will change the configuration.
    Soon,
    /// A change is missing.
    OfAChange,
    /// The changes of a release update are missing.
    OfAnUpdate,
}

impl PendingChange {
    fn of(cx: &RuleContext<'_>, pool: MachineConfigPool<'_>) -> Self {
        let update = cx.cluster_version().and_then(UpdatePhase::of);
        let is_behind =
            pool.desired_config().is_some() && pool.desired_config() != pool.current_config();
        let has_nodes = pool.count("machineCount") != Some(0);
        let is_updating = update.is_some_and(UpdatePhase::is_updating);
        match (is_behind, is_updating) {
            (false, true) if has_nodes => Self::Soon,
            (false, _) => Self::None,
            (true, true) => Self::OfAnUpdate,
            (true, false) if fell_behind_in(update, pool) => Self::OfAnUpdate,
            (true, false) => Self::OfAChange,
        }
    }
}

/// Since when the pool is not updated.
fn behind_since(pool: MachineConfigPool<'_>) -> Option<Time> {
    pool.condition("Updated").filter(|updated| !updated.is_true())?.since()
}

/// Whether the pool fell behind during the last update, or within an hour after it.
fn fell_behind_in(update: Option<UpdatePhase<'_>>, pool: MachineConfigPool<'_>) -> bool {
    let entry = update.map(UpdatePhase::newest);
    behind_since(pool).zip(entry).is_some_and(|(since, entry)| {
        entry.started().is_some_and(|started| started <= since)
            && entry.ended().is_some_and(|ended| Span::between(ended, since) <= Span::hours(1))
    })
}

fn finding(cx: &RuleContext<'_>, pool: MachineConfigPool<'_>) -> Finding {
    let (name, resource) = (pool.name(), pool.resource());
    let pending = PendingChange::of(cx, pool);
    let desired = pool.desired_config().unwrap_or_default();
    let severity_of_change = if pool.is_required() { Error } else { Warning };
    let (severity, what) = match pending {
        PendingChange::None => (Info, "and its nodes are up to date".to_owned()),
        PendingChange::Soon if pool.is_required() => {
            (Error, "so the update cannot complete".to_owned())
        }
        PendingChange::Soon => (Warning, "so the update will not reach its nodes".to_owned()),
        PendingChange::OfAChange => (severity_of_change, format!("and its nodes need {desired}")),
        PendingChange::OfAnUpdate => (Error, format!("and its nodes need {desired} of the update")),
    };
    let is_behind = matches!(pending, PendingChange::OfAChange | PendingChange::OfAnUpdate);
    let behind = is_behind.then(|| {
        let note = format!("the nodes have {}", pool.current_config().unwrap_or_default());
        Evidence::field(resource, &["status", "configuration", "name"], note)
    });
    let paused = Evidence::field(resource, &["spec", "paused"], "the pool is paused");
    let summary = format!("MachineConfigPool {name} is paused, {what}");
    Finding::new(Subject::view(pool), summary, paused)
        .severity(severity)
        .since(behind_since(pool))
        .keywords(format!("MachineConfigPool {name} is paused"))
        .evidence(behind)
}
