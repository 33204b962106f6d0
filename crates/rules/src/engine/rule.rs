//! A rule: what is declared of it, its manual, and how it judges.

use crate::engine::context::RuleContext;
use crate::engine::meta::Meta;
use crate::engine::verdict::Verdict;

/// One diagnosis.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What is declared of it.
    pub meta: &'static Meta,
    /// The source of its file, whose `//!` lines are its manual.
    pub source: &'static str,
    /// How it judges one cluster.
    pub check: fn(&RuleContext<'_>) -> Verdict,
}
