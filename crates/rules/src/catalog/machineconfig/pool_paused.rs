//! Paused MachineConfigPool.
//!
//! A pause may be intended, for example between two updates of the control plane. The archive does
//! not show who paused the pool, or why.
//!
//! - openshift/machine-config-operator `pkg/operator/sync.go` (`required MachineConfigPool master
//!   is paused and cannot sync until it is unpaused`)
//! - openshift/oc `pkg/cli/admin/upgrade/status/workerpool.go`

use crate::catalog::prelude::*;

/// How long after the end of an update a pool may get its new configuration.
const AFTERWARDS: Span = Span::hours(1);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .check(check)
    .why(
        "A paused pool gets no new configuration: its nodes keep the old operating system and \
         kubelet, and do not get rotated certificates of the kubelet CA either. An update waits \
         for the master pool. It completes without the worker pools, and kubelets that fall \
         too far behind block the next update.",
    )
    .fix(
        "Unpause the pool when the pause is no longer needed. Its nodes are then drained and \
         rebooted.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let pools: Vec<_> = cx.all::<MachineConfigPool<'_>>().collect();
    let findings = pools.iter().filter(|pool| pool.is_paused()).map(|pool| finding(cx, *pool));
    Ok(Checked::over(pools.len(), findings))
}

/// How far the nodes of the pool are behind their desired configuration.
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

fn lag(cx: &RuleContext<'_>, pool: MachineConfigPool<'_>) -> PendingChange {
    let update = cx.cluster_version().and_then(UpdatePhase::of);
    let is_behind =
        pool.desired_config().is_some() && pool.desired_config() != pool.current_config();
    let has_nodes = pool.count("machineCount") != Some(0);
    let updating = update.is_some_and(UpdatePhase::is_updating);
    match (is_behind, updating) {
        (false, true) if has_nodes => PendingChange::Soon,
        (false, _) => PendingChange::None,
        (true, true) => PendingChange::OfAnUpdate,
        (true, false) if fell_behind_in(update, pool) => PendingChange::OfAnUpdate,
        (true, false) => PendingChange::OfAChange,
    }
}

/// Whether the pool fell behind during the last update.
fn fell_behind_in(update: Option<UpdatePhase<'_>>, pool: MachineConfigPool<'_>) -> bool {
    let since = pool.condition("Updated").filter(|updated| !updated.is_true());
    let (Some(since), Some(entry)) =
        (since.and_then(Condition::since), update.map(UpdatePhase::newest))
    else {
        return false;
    };
    entry.started().is_some_and(|started| started <= since)
        && entry.ended().is_some_and(|ended| Span::between(ended, since) <= AFTERWARDS)
}

fn finding(cx: &RuleContext<'_>, pool: MachineConfigPool<'_>) -> Finding {
    let (name, lag) = (pool.name(), lag(cx, pool));
    let (severity, what) = match lag {
        PendingChange::None => (Info, "and its nodes are up to date".to_owned()),
        PendingChange::Soon if pool.is_required() => {
            (Error, "so the update cannot complete".to_owned())
        }
        PendingChange::Soon => (Warning, "so the update will not reach its nodes".to_owned()),
        PendingChange::OfAChange if !pool.is_required() => {
            (Warning, format!("and its nodes need {}", desired(pool)))
        }
        PendingChange::OfAChange => (Error, format!("and its nodes need {}", desired(pool))),
        PendingChange::OfAnUpdate => {
            (Error, format!("and its nodes need {} of the update", desired(pool)))
        }
    };
    let why = if pool.is_required() && lag != PendingChange::None {
        "The Machine Config Operator waits for this pool, and an update waits for the operator."
    } else {
        "While a pool is paused, its nodes get no configuration, no operating system, no kubelet \
         and no rotated CA. Kubelets that fall behind block the next update."
    };
    let resource = pool.resource();
    let behind = (lag == PendingChange::OfAChange || lag == PendingChange::OfAnUpdate).then(|| {
        let have = pool.current_config().unwrap_or_default();
        Evidence::field(
            resource,
            &["status", "configuration", "name"],
            format!("the nodes have {have}"),
        )
    });
    let updated = pool.condition("Updated").filter(|condition| !condition.is_true());
    Finding::new(
        Subject::view(pool),
        format!("MachineConfigPool {name} is paused, {what}"),
        Evidence::field(resource, &["spec", "paused"], "the pool is paused"),
    )
    .severity(severity)
    .since(updated.and_then(Condition::since))
    .keywords(format!("MachineConfigPool {name} is paused"))
    .why(why)
    .evidence(behind)
    .run(format!(
        "oc patch machineconfigpool {name} --type=merge -p \
                 '{{\"spec\":{{\"paused\":false}}}}'"
    ))
    .verify(format!("oc get machineconfigpool {name}"))
    .side_effect("its nodes are drained and rebooted one after another")
    .before("the pause is no longer needed", Proof::ByHand(String::new()))
}

fn desired(pool: MachineConfigPool<'_>) -> String {
    pool.desired_config().unwrap_or_default().into_owned()
}
