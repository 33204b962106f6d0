//! The tree of the consequences of a finding, as nested lists.

use askama::Template;
use askama::filters::HtmlSafe;

use super::budget::PageBudget;
use crate::model::{Report, ReportFinding};

/// How deep a tree is drawn.
const DEPTH: usize = 24;
/// How many effects of one finding are drawn.
const NODES: usize = 120;
/// The bytes of an effect on the page apart from its summary.
const MARKUP: usize = 250;

/// An effect with its consequences.
#[derive(Template)]
#[template(path = "node.html")]
pub(super) struct EffectNode<'r> {
    pub(super) anchor: String,
    pub(super) effect: &'r ReportFinding,
    because: &'static str,
    /// Whether it is already further up in the tree, with its consequences.
    pub(super) again: bool,
    pub(super) below: Vec<Self>,
}

// Its template escapes what it is given.
impl HtmlSafe for EffectNode<'_> {}

/// All consequences of `finding`, and how many are left out.
pub(super) fn effect_tree<'r>(
    report: &'r Report,
    finding: &'r ReportFinding,
    anchor: &dyn Fn(usize) -> String,
    budget: &mut PageBudget,
) -> (Vec<EffectNode<'r>>, usize) {
    let mut growing = EffectTree { report, anchor, budget, seen: vec![finding.id], left_out: 0 };
    let nodes = growing.below(finding, 0);
    (nodes, growing.left_out)
}

struct EffectTree<'r, 'a> {
    report: &'r Report,
    anchor: &'a dyn Fn(usize) -> String,
    budget: &'a mut PageBudget,
    seen: Vec<usize>,
    left_out: usize,
}

impl<'r> EffectTree<'r, '_> {
    fn below(&mut self, finding: &'r ReportFinding, depth: usize) -> Vec<EffectNode<'r>> {
        let mut nodes = Vec::new();
        for (step, effect) in self.report.direct_consequences(finding) {
            let has_room = depth < DEPTH && self.seen.len() <= NODES;
            if !has_room || !self.budget.draw(effect.summary.len() + MARKUP) {
                self.left_out += 1;
                continue;
            }
            let again = self.seen.contains(&effect.id);
            let below = if again {
                Vec::new()
            } else {
                self.seen.push(effect.id);
                self.below(effect, depth + 1)
            };
            let anchor = (self.anchor)(effect.id);
            nodes.push(EffectNode { anchor, effect, because: step.because, again, below });
        }
        nodes
    }
}
