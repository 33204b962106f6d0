//! A reason for which the machine-config operator blocks the next minor update.
//!
//! Source: openshift/machine-config-operator `pkg/operator/status.go` (`syncUpgradeableStatus`).

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::ClusterOperator;

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;

/// The finding with what the operator reports: that it blocks the next minor update for `reason`.
/// The condition is evidence if it was collected, and has the time.
pub fn blocks_update(cx: &RuleContext<'_>, finding: Finding, reason: &str) -> Finding {
    let finding =
        finding.keywords(reason).explains(Subject::cluster("ClusterVersion", "version"), reason);
    let reported = cx.find::<ClusterOperator<'_>>("", "machine-config").and_then(|operator| {
        let condition = operator.condition("Upgradeable")?;
        (condition.is_false() && condition.reason() == reason).then_some((operator, condition))
    });
    match reported {
        Some((operator, condition)) => {
            finding.since(condition.since()).evidence([Evidence::condition(
                operator.resource(),
                condition,
                "the operator reports it",
            )])
        }
        None => finding,
    }
}
