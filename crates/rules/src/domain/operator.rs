//! The state of a ClusterOperator, and whether the update has reached it.
//!
//! Sources: openshift/api `config/v1/types_cluster_operator.go` for the time limits,
//! openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go` for the grace periods,
//! openshift/enhancements `dev-guide/cluster-version-operator/dev/operators.md` for run levels.

use mustknow_cluster::model::kinds::CLUSTER_OPERATOR;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{ClusterOperator, ClusterVersion, Condition, UpdatePhase};

use crate::terms::context::RuleContext;
use crate::terms::persistence::Persistence;

/// How long an operator may take to update.
const ROLLOUT: Span = Span::minutes(30);
/// How long machine-config may take: it reboots every node.
const MACHINE_CONFIG_ROLLOUT: Span = Span::minutes(90);
/// How long an operator that the update has reached may show no activity.
pub const IDLE: Span = Span::minutes(60);

/// The state of a ClusterOperator.
#[derive(Clone, Copy)]
pub enum OperatorState<'s> {
    /// `Available` is not True.
    Unavailable,
    /// `Degraded` is not False.
    Degraded,
    /// It has been updating for longer than it should, or for an unknown time.
    RolloutStuck {
        /// `Progressing`.
        condition: Condition<'s>,
        /// Since when it has been updating, if that is known.
        since: Option<Time>,
        /// How long it may take.
        limit: Span,
    },
    /// The update reached it long ago, but it has not started.
    Idle {
        /// `Progressing`, which is False.
        condition: Condition<'s>,
    },
    /// It is at its old version because the update has not reached it.
    Waiting,
    /// It is updating, within the expected time.
    RollingOut,
    /// It is healthy.
    Healthy,
    /// It reports no `Available` condition at all.
    Unreported,
}

/// The run level at which the payload updates an operator. Levels are updated one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunLevel(pub u8);

/// The run level of the operator of that name.
pub fn run_level(operator: &str) -> RunLevel {
    RunLevel(match operator {
        "config-operator" => 10,
        "etcd" | "kube-apiserver" => 20,
        "kube-controller-manager" | "kube-scheduler" => 25,
        "cloud-controller-manager" => 26,
        "machine-api" | "control-plane-machine-set" => 30,
        "baremetal" => 31,
        "dns" | "network" => 70,
        "machine-config" => 80,
        // Manifests without a level are applied at 50.
        _ => 50,
    })
}

/// The lowest run level with an operator that is not updated and healthy: the update waits there.
/// None without an update or installation, or if every operator is done.
pub fn blocking_level(cx: &RuleContext<'_>) -> Option<RunLevel> {
    let version = cx.cluster_version()?;
    let update = UpdatePhase::of(version)?;
    if matches!(update, UpdatePhase::Completed(_)) {
        return None;
    }
    let target = version.desired_version();
    cx.all::<ClusterOperator>()
        .filter(|operator| operator.is_platform())
        .filter(|operator| {
            operator.condition("Available").is_some_and(|condition| !condition.is_true())
                || operator.condition("Degraded").is_some_and(|condition| !condition.is_false())
                || (target.is_some() && operator.version("operator") != target)
        })
        .map(|operator| run_level(operator.name()))
        .min()
}

/// The state of `operator` while the update waits at the run level `blocking`.
pub fn operator_state<'s>(
    cx: &RuleContext<'s>,
    operator: ClusterOperator<'s>,
    blocking: Option<RunLevel>,
) -> OperatorState<'s> {
    let Some(available) = operator.condition("Available") else {
        return OperatorState::Unreported;
    };
    if !available.is_true() {
        return OperatorState::Unavailable;
    }
    if operator.condition("Degraded").is_some_and(|condition| !condition.is_false()) {
        return OperatorState::Degraded;
    }
    rollout(cx, operator, blocking)
}

/// The state of a healthy operator in the update.
fn rollout<'s>(
    cx: &RuleContext<'s>,
    operator: ClusterOperator<'s>,
    blocking: Option<RunLevel>,
) -> OperatorState<'s> {
    let Some(blocking) = blocking.filter(|_| operator.is_platform()) else {
        return OperatorState::Healthy;
    };
    let target = cx.cluster_version().and_then(ClusterVersion::desired_version);
    let at_target = target.is_none() || operator.version("operator") == target;
    let Some(progressing) = operator.condition("Progressing").filter(|_| !at_target) else {
        return if at_target { OperatorState::Healthy } else { OperatorState::Waiting };
    };
    let level = run_level(operator.name());
    let reached = level <= blocking && lower_levels_collected(cx, level);
    let started = cx.cluster_version().and_then(UpdatePhase::of).and_then(UpdatePhase::started);
    if progressing.is_true() {
        let limit = match operator.name() {
            "machine-config" => MACHINE_CONFIG_ROLLOUT,
            _ => ROLLOUT,
        };
        // An operator can be progressing for another reason before the update reaches it.
        let since = progressing.since().max(started.filter(|_| progressing.since().is_some()));
        return if reached && Persistence::of(cx, since, limit).counts() {
            OperatorState::RolloutStuck { condition: progressing, since, limit }
        } else {
            OperatorState::RollingOut
        };
    }
    let counts = |since, limit| Persistence::of(cx, since, limit).counts();
    if reached && counts(started, IDLE) && counts(last_activity(cx, blocking), ROLLOUT) {
        OperatorState::Idle { condition: progressing }
    } else {
        OperatorState::Waiting
    }
}

/// Operators of every cluster that is not hosted.
const CORE: [&str; 9] = [
    "config-operator",
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "authentication",
    "openshift-apiserver",
    "network",
    "dns",
];

/// Whether all operators below `level` were collected, so that the update does not wait for an
/// operator that is not in the archive.
fn lower_levels_collected(cx: &RuleContext<'_>, level: RunLevel) -> bool {
    cx.prove_whole(&CLUSTER_OPERATOR, "").is_ok()
        || CORE
            .iter()
            .filter(|name| run_level(name) < level)
            .all(|name| cx.find::<ClusterOperator<'_>>("", name).is_some())
}

/// When an operator at a level that the update has reached last began or ended a rollout. If that
/// is recent, the update may have reached the level only recently.
fn last_activity(cx: &RuleContext<'_>, blocking: RunLevel) -> Option<Time> {
    cx.all::<ClusterOperator>()
        .filter(|operator| operator.is_platform() && run_level(operator.name()) <= blocking)
        .filter_map(|operator| operator.condition("Progressing")?.since())
        .max()
}
