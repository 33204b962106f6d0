//! A diagram of a cause and its consequences, from left to right.
//!
//! The list next to it has the same content, for readers who cannot see the diagram.

use askama::Template;
use askama::filters::HtmlSafe;
use mustknow_rules::Severity;

use super::tree::EffectNode;
use crate::model::{ReportFinding, ReportSubject};

/// How many boxes are drawn.
const BOXES: usize = 24;
/// How many characters fit in a line of a box.
const FITS: usize = 27;
/// And in one of small letters.
const SMALL_FITS: usize = 36;
const WIDTH: u32 = 240;
const HEIGHT: u32 = 58;
const COLUMN: u32 = WIDTH + 56;
const ROW: u32 = HEIGHT + 14;
const MARGIN: u32 = 4;

/// The diagram.
#[derive(Template)]
#[template(path = "diagram.html")]
pub(super) struct Diagram {
    id: String,
    width: u32,
    height: u32,
    boxes: Vec<DiagramBox>,
    arrows: Vec<String>,
    left_out: usize,
}

// Its template escapes what it is given.
impl HtmlSafe for Diagram {}

struct DiagramBox {
    id: usize,
    x: u32,
    y: u32,
    severity: Severity,
    kind: String,
    name: String,
    rule: String,
    summary: String,
}

impl DiagramBox {
    /// The start of its arrows.
    fn right(&self) -> (u32, u32) {
        (self.x + WIDTH, self.y + HEIGHT / 2)
    }

    fn left(&self) -> (u32, u32) {
        (self.x, self.y + HEIGHT / 2)
    }
}

/// Draws `cause` with `effects`; None where there is nothing to draw.
pub(super) fn draw(
    id: String,
    cause: &ReportFinding,
    effects: &[EffectNode<'_>],
) -> Option<Diagram> {
    if effects.is_empty() {
        return None;
    }
    let mut drawing = DiagramLayout::default();
    drawing.place(cause, effects, 0);
    let width = drawing.boxes.iter().map(|it| it.x + WIDTH).max()? + MARGIN;
    let height = drawing.boxes.iter().map(|it| it.y + HEIGHT).max()? + MARGIN;
    let arrows = drawing.arrows();
    let DiagramLayout { boxes, left_out, .. } = drawing;
    Some(Diagram { id, width, height, boxes, arrows, left_out })
}

#[derive(Default)]
struct DiagramLayout {
    boxes: Vec<DiagramBox>,
    /// From which finding to which.
    steps: Vec<(usize, usize)>,
    rows: u32,
    left_out: usize,
}

impl DiagramLayout {
    /// Places `finding` in its column, at the middle of its consequences; answers its row.
    fn place(&mut self, finding: &ReportFinding, below: &[EffectNode<'_>], depth: u32) -> u32 {
        let at = self.boxes.len();
        self.boxes.push(DiagramBox {
            id: finding.id,
            x: MARGIN + depth * COLUMN,
            y: 0,
            severity: finding.severity,
            kind: short(&kind(&finding.subject), SMALL_FITS),
            name: short(&finding.subject.name, FITS),
            rule: short(finding.rule, SMALL_FITS),
            summary: finding.summary.to_string(),
        });
        let mut ends: Option<(u32, u32)> = None;
        for node in below {
            if !node.again && self.boxes.len() >= BOXES {
                self.left_out += 1 + count(&node.below);
                continue;
            }
            self.steps.push((finding.id, node.effect.id));
            if !node.again {
                let y = self.place(node.effect, &node.below, depth + 1);
                ends = Some((ends.map_or(y, |(first, _)| first), y));
            }
        }
        let y = if let Some((first, last)) = ends {
            u32::midpoint(first, last)
        } else {
            self.rows += 1;
            MARGIN + (self.rows - 1) * ROW
        };
        if let Some(square) = self.boxes.get_mut(at) {
            square.y = y;
        }
        y
    }

    /// The arrows to the right; an arrow to the left would cross the boxes.
    fn arrows(&self) -> Vec<String> {
        let find = |id: usize| self.boxes.iter().find(|it| it.id == id);
        let arrow = |(from, to): &(usize, usize)| {
            let ((x, y), (end, row)) = (find(*from)?.right(), find(*to)?.left());
            let middle = u32::midpoint(x, end);
            (end > x).then(|| {
                format!("M{x} {y}C{middle} {y} {middle} {row} {} {row}m-6 -4l6 4l-6 4", end - 3)
            })
        };
        self.steps.iter().filter_map(arrow).collect()
    }
}

fn count(nodes: &[EffectNode<'_>]) -> usize {
    nodes.iter().map(|node| usize::from(!node.again) + count(&node.below)).sum()
}

/// The kind of an object, and its namespace.
fn kind(subject: &ReportSubject) -> String {
    match &*subject.namespace {
        "" => subject.kind.to_string(),
        namespace => format!("{} in {namespace}", subject.kind),
    }
}

/// Text shortened to a length, in the middle: both ends of a name matter.
fn short(text: &str, fits: usize) -> String {
    let length = text.chars().count();
    if length <= fits {
        return text.to_owned();
    }
    let head = fits / 2;
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(length - (fits - head - 1)).collect();
    format!("{start}\u{2026}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_keeps_both_ends() {
        let made = short("Deployment/openshift-operator-lifecycle-manager/packageserver", FITS);
        assert_eq!(made.chars().count(), FITS);
        assert!(made.starts_with("Deployment/") && made.ends_with("packageserver"), "{made}");
    }
}
