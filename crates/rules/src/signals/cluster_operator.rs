//! The conditions of a ClusterOperator, for operators without an operator resource that shows more.

use mustknow_cluster::Lookup;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::ClusterOperator;

use super::condition::ConditionState;
use crate::terms::context::RuleContext;
use crate::terms::finding::Finding;
use crate::terms::verdict::{Checked, Judged, not_applicable};

/// The verdict of a rule over the bad conditions among `names` of a ClusterOperator: the first
/// finding that `judge` returns. Not applicable if the cluster provably does not have the operator.
pub fn judge_cluster_operator<'s>(
    cx: &RuleContext<'s>,
    operator: &str,
    names: &[&str],
    judge: impl Fn(&ConditionState<'s>) -> Option<Finding>,
) -> Judged {
    match cx.look_up::<ClusterOperator<'s>>("", operator) {
        Lookup::Here(summary) => {
            let bad = names.iter().filter_map(|name| {
                let condition = summary.condition(name).filter(|it| it.is_bad())?;
                judge(&ConditionState {
                    reported_by: summary.resource(),
                    condition,
                    reason: condition.reason().into_owned(),
                    message: condition.message().into_owned(),
                })
            });
            Ok(Checked::over(1, bad.take(1)))
        }
        Lookup::Absent(_) => {
            Err(not_applicable(format!("the cluster has no ClusterOperator {operator}")))
        }
        Lookup::Unknown(missing) => Err(missing.into()),
    }
}
