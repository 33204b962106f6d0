//! What a ClusterOperator says of itself, where the operator has no object of its own that would say
//! more.

use mustknow_cluster::Lookup;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::ClusterOperator;

use super::condition::ConditionState;
use crate::engine::context::RuleContext;
use crate::engine::finding::Finding;
use crate::engine::verdict::{Gap, Verdict};

/// The verdict of a rule over the bad ones among the conditions `names` of a ClusterOperator: the
/// finding of the first that `judge` recognises. A cluster without the operator, whose list is
/// whole, has no such state.
pub fn judge_summary<'s>(
    cx: &RuleContext<'s>,
    operator: &str,
    names: &[&str],
    judge: impl Fn(ConditionState<'s>) -> Option<Finding>,
) -> Verdict {
    match cx.look_up::<ClusterOperator<'s>>("", operator) {
        Lookup::Here(summary) => {
            let bad = names.iter().filter_map(|name| {
                let condition = summary.condition(name).filter(|it| it.is_bad())?;
                judge(ConditionState {
                    said_by: summary.resource(),
                    condition,
                    reason: condition.reason().into_owned(),
                    message: condition.message().into_owned(),
                })
            });
            Verdict::over(1, bad.take(1).collect(), "")
        }
        Lookup::Absent(_) => {
            Verdict::NotApplicable(format!("the cluster has no ClusterOperator {operator}"))
        }
        Lookup::Unknown(missing) => Verdict::Unknown(Gap::missing(&missing)),
    }
}
