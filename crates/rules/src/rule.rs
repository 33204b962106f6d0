//! A rule: what is declared of it, its manual, and how it judges.

use crate::case::Case;
use crate::meta::Meta;
use crate::verdict::Verdict;

/// One diagnosis.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What is declared of it.
    pub meta: &'static Meta,
    /// The source of its file, whose `//!` lines are its manual.
    pub source: &'static str,
    /// How it judges one cluster.
    pub check: fn(&Case<'_>) -> Verdict,
}
