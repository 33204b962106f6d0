//! A rule: what is declared of it, its manual, and how it judges.

use crate::engine::context::RuleContext;
use crate::engine::meta::Meta;
use crate::engine::verdict::Verdict;

/// One diagnosis.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What is declared of it.
    pub meta: &'static Meta,
    /// The `//!` lines at the head of its file, in Markdown.
    pub manual: &'static str,
    /// The alerts that it reads, among other names, a quote behind each.
    pub(crate) alert_names: &'static str,
    /// A digest of its file: another digest, another rule.
    pub digest: u64,
    /// How it judges one cluster.
    pub check: fn(&RuleContext<'_>) -> Verdict,
}

impl Rule {
    /// Whether it reads the alert of that name.
    pub(crate) fn reads_alert(&self, name: &str) -> bool {
        self.alert_names.split('"').any(|alert| alert == name)
    }
}
