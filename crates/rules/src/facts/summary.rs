//! What a ClusterOperator says of itself, where the operator has no object of its own that would say
//! more.

use mustknow_gather::Lookup;
use mustknow_gather::kinds::{ClusterOperator, Condition, View};

use super::reported::Reported;
use crate::case::Case;
use crate::finding::Finding;
use crate::verdict::{Gap, Verdict};

/// The verdict of a rule over the bad ones among the conditions `names` of a ClusterOperator: the
/// finding of the first that `judge` recognises. A cluster without the operator, whose list is
/// whole, has no such state.
pub fn judge_summary<'s>(
    case: &Case<'s>,
    operator: &str,
    names: &[&str],
    judge: impl Fn(Reported<'s>) -> Option<Finding>,
) -> Verdict {
    match case.look_up::<ClusterOperator<'s>>("", operator) {
        Lookup::Here(summary) => {
            let bad = names.iter().filter_map(|name| {
                let condition = summary.condition(name).filter(|it| is_bad(name, *it))?;
                judge(Reported {
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

fn is_bad(name: &str, condition: Condition<'_>) -> bool {
    if name.ends_with("Available") || name.ends_with("Upgradeable") {
        condition.is_false()
    } else {
        condition.is_true()
    }
}
