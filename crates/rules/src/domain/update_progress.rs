//! The progress of an update, calculated as in `oc adm upgrade status`.
//!
//! Source: openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`. Unlike there, only the
//! version of an operator shows whether it is updated: the payload image of the machine-config
//! operator, which shows a migration to another architecture, is not in an archive.

use mustknow_cluster::Snapshot;
use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::views::{
    ClusterOperator, ClusterVersion, HistoryEntry, UpdatePhase, UpdateState,
};

/// The duration of an update if the history does not show one.
const BASELINE: Span = Span::hours(1);
/// Earlier progress is not used for the estimate.
const TOO_EARLY: Span = Span::minutes(5);
/// How many seconds after the estimate an update counts as stalled.
const STALLED: f64 = 600.0;

/// The duration of an update compared with the estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdatePace {
    /// Within the estimate.
    OnTime,
    /// Beyond the estimate.
    Slow,
    /// Beyond the estimate by more than ten minutes.
    Stalled,
}

impl UpdatePace {
    /// The word that reports use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnTime => "normal",
            Self::Slow => "slow",
            Self::Stalled => "stalled",
        }
    }
}

/// The progress of a running update.
pub struct UpdateProgress<'s> {
    /// How long it has been running.
    pub elapsed: Span,
    /// How long it should take in all.
    pub estimate: Span,
    /// When an operator last began or ended a rollout.
    pub last_progress: Time,
    /// The number of operators in the release.
    pub total: usize,
    /// The number of operators at the target version.
    pub updated: usize,
    /// The operators at another version.
    pub pending: Vec<ClusterOperator<'s>>,
    /// The duration compared with the estimate.
    pub pace: UpdatePace,
}

impl<'s> UpdateProgress<'s> {
    /// Reads the progress of the running update; None if there is none, if its operators were not
    /// collected, or if the archive has no gather time.
    pub fn of(snapshot: &'s Snapshot) -> Option<Self> {
        let version = ClusterVersion::find(snapshot)?;
        let update = UpdatePhase::of(version).filter(|update| update.is_updating())?;
        let (started, now) = (update.started()?, snapshot.now()?);
        let target = version.desired_version()?;
        let (done, pending): (Vec<_>, Vec<_>) = snapshot
            .all::<ClusterOperator<'s>>()
            .filter(|operator| operator.is_platform())
            .partition(|operator| operator.version("operator").as_ref() == Some(&target));
        let (updated, total) = (done.len(), done.len() + pending.len());
        if total == 0 {
            return None;
        }
        let last_progress =
            last_progress(&done, &pending).filter(|last| *last > started).unwrap_or(now);
        let elapsed = Span::between(started, now);
        let (estimate, pace) = estimate(
            baseline(version),
            Span::between(started, last_progress),
            elapsed,
            ratio(updated, total),
        );
        Some(Self { elapsed, estimate, last_progress, total, updated, pending, pace })
    }

    /// Whether every operator is at the target version.
    pub fn is_complete(&self) -> bool {
        self.pending.is_empty()
    }

    /// Whether only the nodes remain, which machine-config updates.
    pub fn waits_for_nodes(&self) -> bool {
        self.pending.iter().all(|operator| operator.name() == "machine-config")
            && !self.pending.is_empty()
    }

    /// The percentage of updated operators, rounded.
    pub fn percent(&self) -> usize {
        (self.updated * 200 + self.total) / (2 * self.total.max(1))
    }
}

/// When an operator last changed `Progressing`. If only machine-config remains, the time when it
/// began, because the reboots of nodes change the conditions of other operators.
fn last_progress(done: &[ClusterOperator<'_>], pending: &[ClusterOperator<'_>]) -> Option<Time> {
    if let [last] = pending
        && last.name() == "machine-config"
        && let Some(progressing) = last.condition("Progressing").filter(|c| c.is_true())
    {
        return progressing.since();
    }
    done.iter().chain(pending).filter_map(|o| o.condition("Progressing")?.since()).max()
}

/// How long the last completed update took, without the installation.
fn baseline(version: ClusterVersion<'_>) -> Span {
    let history: Vec<_> = version.history().collect();
    let took = |entry: &HistoryEntry<'_>| Some(Span::between(entry.started()?, entry.ended()?));
    match history.as_slice() {
        [_, between @ .., _] => between
            .iter()
            .find(|entry| entry.state() == UpdateState::Completed)
            .and_then(took)
            .unwrap_or(BASELINE),
        _ => BASELINE,
    }
}

/// The estimated duration of the whole update, and the elapsed time compared with it.
fn estimate(
    baseline: Span,
    to_progress: Span,
    elapsed: Span,
    completion: f64,
) -> (Span, UpdatePace) {
    if completion >= 1.0 {
        return (elapsed, UpdatePace::OnTime);
    }
    let timewise = timewise(completion);
    let total = if completion > 0.0 && timewise > 0.0 && to_progress > TOO_EARLY {
        seconds(to_progress) / timewise
    } else {
        seconds(baseline)
    };
    let remaining = total - seconds(elapsed);
    let remaining = if remaining < 0.0 { remaining / 1.2 } else { remaining * 1.2 };
    let pace = match remaining {
        late if late < -STALLED => UpdatePace::Stalled,
        late if late < 0.0 => UpdatePace::Slow,
        _ => UpdatePace::OnTime,
    };
    (whole_minutes(seconds(elapsed) + remaining), pace)
}

/// The fraction of the time after which a fraction of the operators is updated; fitted upstream to
/// recorded updates.
fn timewise(x: f64) -> f64 {
    let (x2, x3, x4) = (x.powi(2), x.powi(3), x.powi(4));
    if x < 0.25 {
        -0.030_787_88 + 2.628_86 * x - 3.823_954 * x2
    } else if x < 0.9 {
        0.185_121_5 + 1.649_94 * x - 4.676_898 * x2 + 5.451_824 * x3 - 2.125_286 * x4
    } else {
        25_053.32 - 107_394.3 * x + 172_527.2 * x2 - 123_107.0 * x3 + 32_921.81 * x4
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    number(part) / number(whole)
}

fn seconds(span: Span) -> f64 {
    f64::from(i32::try_from(span.seconds()).unwrap_or(i32::MAX))
}

fn whole_minutes(seconds: f64) -> Span {
    #[expect(clippy::cast_possible_truncation, reason = "an estimate, and `as` saturates")]
    let minutes = (seconds / 60.0) as i64;
    Span::minutes(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(n: i64) -> Span {
        Span::minutes(n)
    }

    #[test]
    fn an_update_that_has_waited_an_hour_for_machine_config_is_stalled() {
        // openshift/oc, example 4.14.1-degraded: 1h59m, "estimate duration was 1h24m".
        let (estimate, pace) = estimate(BASELINE, minutes(54), minutes(119), ratio(32, 33));
        assert_eq!(pace, UpdatePace::Stalled);
        assert!((80..=90).contains(&(estimate.seconds() / 60)), "{estimate}");
    }

    #[test]
    fn an_update_is_slow_before_it_is_stalled() {
        assert_eq!(estimate(BASELINE, minutes(2), minutes(65), 0.1).1, UpdatePace::Slow);
        assert_eq!(estimate(BASELINE, minutes(2), minutes(59), 0.1).1, UpdatePace::OnTime);
        assert_eq!(estimate(BASELINE, minutes(2), minutes(90), 0.1).1, UpdatePace::Stalled);
    }
}
