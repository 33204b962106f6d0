//! A paused MachineConfigPool.
//!
//! # Why it matters
//!
//! A paused pool gets no new configuration: its nodes keep the old operating system and kubelet,
//! and rotated certificates of the kubelet's CA do not reach them either. An update waits for the
//! pool of masters; it completes without the workers, and kubelets that fall too far behind block
//! the next one.
//!
//! # What to do
//!
//! Unpause the pool when nobody needs the pause any more. Its nodes are then drained and rebooted.
//!
//! # Blind spots
//!
//! A pause may be wanted, as between two updates of the control plane. The archive does not say who
//! paused the pool, or why.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/operator/sync.go` (`required MachineConfigPool master
//!   is paused and cannot sync until it is unpaused`)
//! - openshift/oc `pkg/cli/admin/upgrade/status/workerpool.go`

use mustknow_gather::kinds::{Condition, MACHINE_CONFIG_POOL, MachineConfigPool};

use crate::catalog::prelude::*;
use crate::facts::Update;

/// How long after the end of an update a pool may be told of its configuration.
const AFTERWARDS: Span = Span::hours(1);

pub(super) static META: Meta = Meta {
    id: "machineconfig/pool-paused",
    title: "a paused MachineConfigPool",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let pools: Vec<_> = case.all::<MachineConfigPool<'_>>().collect();
    let findings = pools.iter().filter(|pool| pool.is_paused()).map(|pool| finding(case, *pool));
    Verdict::over(pools.len(), findings.collect(), "no MachineConfigPool in the archive")
}

/// How the pool stands to what its nodes should have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lag {
    /// They have it.
    None,
    /// They have it, and the update that runs will change it.
    Soon,
    /// They lack a change.
    OfAChange,
    /// They lack what a release update brought.
    OfAnUpdate,
}

fn lag(case: &Case<'_>, pool: MachineConfigPool<'_>) -> Lag {
    let update = case.cluster_version().and_then(Update::of);
    let is_behind =
        pool.desired_config().is_some() && pool.desired_config() != pool.current_config();
    let has_nodes = pool.count("machineCount") != Some(0);
    let updating = update.is_some_and(Update::is_updating);
    match (is_behind, updating) {
        (false, true) if has_nodes => Lag::Soon,
        (false, _) => Lag::None,
        (true, true) => Lag::OfAnUpdate,
        (true, false) if fell_behind_in(update, pool) => Lag::OfAnUpdate,
        (true, false) => Lag::OfAChange,
    }
}

/// Whether the pool fell behind in the last update.
fn fell_behind_in(update: Option<Update<'_>>, pool: MachineConfigPool<'_>) -> bool {
    let since = pool.condition("Updated").filter(|updated| !updated.is_true());
    let (Some(since), Some(entry)) = (since.and_then(Condition::since), update.map(Update::newest))
    else {
        return false;
    };
    entry.started().is_some_and(|started| started <= since)
        && entry.ended().is_some_and(|ended| Span::between(ended, since) <= AFTERWARDS)
}

fn finding(case: &Case<'_>, pool: MachineConfigPool<'_>) -> Finding {
    let (name, lag) = (pool.name(), lag(case, pool));
    let (severity, what) = match lag {
        Lag::None => (Severity::Info, "and its nodes are up to date".to_owned()),
        Lag::Soon if pool.is_required() => {
            (Severity::Error, "so the update cannot come to its end".to_owned())
        }
        Lag::Soon => (Severity::Warning, "so the update will not reach its nodes".to_owned()),
        Lag::OfAChange if !pool.is_required() => {
            (Severity::Warning, format!("and its nodes lack {}", wanted(pool)))
        }
        Lag::OfAChange => (Severity::Error, format!("and its nodes lack {}", wanted(pool))),
        Lag::OfAnUpdate => {
            (Severity::Error, format!("and its nodes lack {} of the update", wanted(pool)))
        }
    };
    let why = if pool.is_required() && lag != Lag::None {
        "The machine-config operator waits for this pool, and an update waits for the operator."
    } else {
        "While a pool is paused its nodes get no configuration, no operating system, no kubelet \
         and no rotated certificate authority. Kubelets that fall behind block the next update."
    };
    let resource = pool.resource();
    let behind = (lag == Lag::OfAChange || lag == Lag::OfAnUpdate).then(|| {
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
        Evidence::field(resource, &["spec", "paused"], "somebody paused the pool"),
    )
    .severity(severity)
    .since(updated.and_then(Condition::since))
    .saying(format!("MachineConfigPool {name} is paused"))
    .why(why)
    .evidence(behind)
    .remedy(
        Remedy::new("Unpause the pool.")
            .command(format!(
                "oc patch machineconfigpool {name} --type=merge -p \
                 '{{\"spec\":{{\"paused\":false}}}}'"
            ))
            .verify(format!("oc get machineconfigpool {name}"))
            .side_effect("its nodes are drained and rebooted one after another")
            .before(
                "whoever paused it does not need the pause any \
                 more",
                Proof::ByHand(String::new()),
            ),
    )
}

fn wanted(pool: MachineConfigPool<'_>) -> String {
    pool.desired_config().unwrap_or_default().into_owned()
}
