//! The tree of what follows from a finding, as nested lists.

use askama::Template;
use askama::filters::HtmlSafe;

use super::finding::Budget;
use crate::effects;
use crate::report::{Finding, Report};

/// How deep a tree is drawn.
const DEPTH: usize = 24;
/// How many effects of one finding are drawn.
const NODES: usize = 120;
/// What an effect takes on the page besides its summary, in bytes.
const MARKUP: usize = 250;

/// An effect with what follows from it.
#[derive(Template)]
#[template(path = "node.html")]
pub(super) struct Node<'r> {
    pub(super) anchor: String,
    pub(super) effect: &'r Finding,
    because: &'static str,
    /// Whether it stands further up in the tree already, with what follows from it.
    pub(super) again: bool,
    pub(super) below: Vec<Self>,
}

// Its template escapes what it is given.
impl HtmlSafe for Node<'_> {}

/// Everything that follows from `finding`, and how many effects are left out.
pub(super) fn grow<'r>(
    report: &'r Report,
    finding: &'r Finding,
    anchor: &dyn Fn(usize) -> String,
    budget: &mut Budget,
) -> (Vec<Node<'r>>, usize) {
    let mut growing = Growing { report, anchor, budget, seen: vec![finding.id], left_out: 0 };
    let nodes = growing.below(finding, 0);
    (nodes, growing.left_out)
}

struct Growing<'r, 'a> {
    report: &'r Report,
    anchor: &'a dyn Fn(usize) -> String,
    budget: &'a mut Budget,
    seen: Vec<usize>,
    left_out: usize,
}

impl<'r> Growing<'r, '_> {
    fn below(&mut self, finding: &'r Finding, depth: usize) -> Vec<Node<'r>> {
        let mut nodes = Vec::new();
        for (step, effect) in effects::direct(self.report, finding) {
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
            nodes.push(Node { anchor, effect, because: step.because, again, below });
        }
        nodes
    }
}
