//! How a ClusterOperator stands, and whether the update has reached it yet.
//!
//! Sources: openshift/api `config/v1/types_cluster_operator.go` for the time limits,
//! openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go` for the grace periods,
//! openshift/enhancements `dev-guide/cluster-version-operator/dev/operators.md` for run levels.

use mustknow_cluster::model::kinds::CLUSTER_OPERATOR;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{ClusterOperator, ClusterVersion, Condition, UpdatePhase};

use crate::engine::context::RuleContext;

/// How long an operator may be unavailable before that is an error.
const UNAVAILABLE_ERROR: Span = Span::minutes(20);
/// How long an operator may be degraded before that is an error.
const DEGRADED_ERROR: Span = Span::minutes(40);
/// How long an operator may take for a version change.
const ROLLOUT: Span = Span::minutes(30);
/// How long machine-config may take: it restarts every node.
const MACHINE_CONFIG_ROLLOUT: Span = Span::minutes(90);
/// How long an operator that was reached may show no sign of work.
const SILENCE: Span = Span::minutes(60);

/// How a ClusterOperator stands.
#[derive(Clone, Copy)]
pub enum OperatorState<'s> {
    /// `Available` is not True.
    Unavailable {
        /// The condition.
        condition: Condition<'s>,
        /// Whether it lasts longer than an update may cause.
        persists: bool,
    },
    /// `Degraded` is not False.
    Degraded {
        /// The condition.
        condition: Condition<'s>,
        /// Whether it lasts longer than an update may cause.
        persists: bool,
    },
    /// It has been changing its version for longer than it should.
    RolloutStuck {
        /// `Progressing`.
        condition: Condition<'s>,
    },
    /// The update has reached it long ago, and it does nothing.
    Silent {
        /// `Progressing`, which is False.
        condition: Condition<'s>,
    },
    /// It has its old version because the update has not reached it.
    Waiting,
    /// It changes its version, within the time that takes.
    RollingOut,
    /// Nothing is wrong.
    Fine,
    /// It reports no `Available` condition at all.
    Unreported,
}

/// The run level at which the payload updates an operator: levels run one after the other.
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
        // Manifests without a level of their own are applied at 50.
        _ => 50,
    })
}

/// The lowest run level with an operator that is not done: there the update waits. None when no
/// update or installation runs, or every operator is done.
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

/// How `operator` stands, when the update waits at the run level `blocking`.
pub fn state_of<'s>(
    cx: &RuleContext<'s>,
    operator: ClusterOperator<'s>,
    blocking: Option<RunLevel>,
) -> OperatorState<'s> {
    let Some(available) = operator.condition("Available") else {
        return OperatorState::Unreported;
    };
    if !available.is_true() {
        let persists = cx.is_older(available.since(), UNAVAILABLE_ERROR);
        return OperatorState::Unavailable { condition: available, persists };
    }
    if let Some(degraded) = operator.condition("Degraded").filter(|c| !c.is_false()) {
        let persists = cx.is_older(degraded.since(), DEGRADED_ERROR);
        return OperatorState::Degraded { condition: degraded, persists };
    }
    rollout(cx, operator, blocking)
}

/// How a healthy operator stands in the update.
fn rollout<'s>(
    cx: &RuleContext<'s>,
    operator: ClusterOperator<'s>,
    blocking: Option<RunLevel>,
) -> OperatorState<'s> {
    let Some(blocking) = blocking.filter(|_| operator.is_platform()) else {
        return OperatorState::Fine;
    };
    let target = cx.cluster_version().and_then(ClusterVersion::desired_version);
    let at_target = target.is_none() || operator.version("operator") == target;
    let Some(progressing) = operator.condition("Progressing").filter(|_| !at_target) else {
        return if at_target { OperatorState::Fine } else { OperatorState::Waiting };
    };
    let level = run_level(operator.name());
    let reached = level <= blocking && knows_below(cx, level);
    let started = cx.cluster_version().and_then(UpdatePhase::of).and_then(UpdatePhase::started);
    if progressing.is_true() {
        let limit = match operator.name() {
            "machine-config" => MACHINE_CONFIG_ROLLOUT,
            _ => ROLLOUT,
        };
        // An operator may have been busy with something else before the update reached it.
        let since = progressing.since().max(started.filter(|_| progressing.since().is_some()));
        return if reached && cx.is_older(since, limit) {
            OperatorState::RolloutStuck { condition: progressing }
        } else {
            OperatorState::RollingOut
        };
    }
    if reached && cx.is_older(started, SILENCE) && cx.is_older(last_sign(cx, blocking), ROLLOUT) {
        OperatorState::Silent { condition: progressing }
    } else {
        OperatorState::Waiting
    }
}

/// Operators that every cluster with a control plane of its own has.
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

/// Whether the operators below `level` were collected, so that none of them can be what the update
/// waits for unseen.
fn knows_below(cx: &RuleContext<'_>, level: RunLevel) -> bool {
    cx.prove_whole(&CLUSTER_OPERATOR, "").is_ok()
        || CORE
            .iter()
            .filter(|name| run_level(name) < level)
            .all(|name| cx.find::<ClusterOperator<'_>>("", name).is_some())
}

/// When an operator of a level the update has reached last began or ended a rollout. While they
/// still do, the level may only just have been reached.
fn last_sign(cx: &RuleContext<'_>, blocking: RunLevel) -> Option<Time> {
    cx.all::<ClusterOperator>()
        .filter(|operator| operator.is_platform() && run_level(operator.name()) <= blocking)
        .filter_map(|operator| operator.condition("Progressing")?.since())
        .max()
}
