//! Several bad conditions of one operator, each about another part of what it manages, as one finding.

use crate::signals::operator_condition::{OperatorCondition, OperatorRef, conditions_gap};
use crate::terms::context::RuleContext;
use crate::terms::finding::Finding;
use crate::terms::quoting::name_list;
use crate::terms::verdict::{Checked, Judged};

/// What a rule finds in all bad conditions of `operators` together, if `is_own` their message;
/// `parts` are their types, each with the part that it is about. `finding` gets the first of them
/// and the names of all parts.
pub fn judge_parts(
    cx: &RuleContext<'_>,
    operators: &[OperatorRef],
    parts: &[(&'static str, &str)],
    is_own: impl Fn(&str) -> bool,
    finding: impl FnOnce(&OperatorCondition<'_>, &str) -> Finding,
) -> Judged {
    let types: Vec<_> = parts.iter().map(|(condition_type, _)| *condition_type).collect();
    let all = OperatorCondition::all(cx, operators, &types);
    let (examined, mut bad) = all.ok_or_else(|| conditions_gap(operators))?;
    bad.retain(|it| is_own(&it.state.message));
    let Some((first, rest)) = bad.split_first() else { return Ok(Checked::over(examined, None)) };
    let is_bad = |of_type: &str| bad.iter().any(|it| it.condition_type == of_type);
    let failing = parts.iter().filter(|(of_type, _)| is_bad(of_type)).map(|(_, part)| *part);
    let found = finding(first, &name_list(&failing.collect::<Vec<_>>()))
        .since(bad.iter().filter_map(|it| it.state.since()).min())
        .evidence(rest.iter().map(|it| it.state.evidence(it.detail())))
        .explains(first.cluster_operator(), first.state.message.clone());
    let found = rest.iter().fold(found, |found, it| found.keywords(it.state.keywords()));
    Ok(Checked::over(examined, [found]))
}
