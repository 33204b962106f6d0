//! What one rule answers about one cluster.

use crate::engine::rule::Rule;
use crate::terms::verdict::Verdict;

/// The verdict of one rule.
#[derive(Clone, Debug)]
pub struct RuleOutcome {
    /// The rule.
    pub rule: &'static Rule,
    /// Its verdict.
    pub verdict: Verdict,
}
