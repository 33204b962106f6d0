//! A drawing of a cause and what follows from it, from left to right.
//!
//! It shows what the list beside it says, so that whoever cannot see it misses nothing.

use askama::Template;
use askama::filters::HtmlSafe;

use super::tree::Node;
use crate::report::{Finding, Subject};

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

/// The drawing.
#[derive(Template)]
#[template(path = "diagram.html")]
pub(super) struct Diagram {
    id: String,
    width: u32,
    height: u32,
    boxes: Vec<Square>,
    arrows: Vec<String>,
    left_out: usize,
}

// Its template escapes what it is given.
impl HtmlSafe for Diagram {}

struct Square {
    id: usize,
    x: u32,
    y: u32,
    severity: &'static str,
    kind: String,
    name: String,
    rule: String,
    summary: String,
}

impl Square {
    /// Where arrows leave it.
    fn right(&self) -> (u32, u32) {
        (self.x + WIDTH, self.y + HEIGHT / 2)
    }

    fn left(&self) -> (u32, u32) {
        (self.x, self.y + HEIGHT / 2)
    }
}

/// Draws `cause` with `effects`; None where there is nothing to draw.
pub(super) fn draw(id: String, cause: &Finding, effects: &[Node<'_>]) -> Option<Diagram> {
    if effects.is_empty() {
        return None;
    }
    let mut drawing = Drawing::default();
    drawing.place(cause, effects, 0);
    let width = drawing.boxes.iter().map(|it| it.x + WIDTH).max()? + MARGIN;
    let height = drawing.boxes.iter().map(|it| it.y + HEIGHT).max()? + MARGIN;
    let arrows = drawing.arrows();
    let Drawing { boxes, left_out, .. } = drawing;
    Some(Diagram { id, width, height, boxes, arrows, left_out })
}

#[derive(Default)]
struct Drawing {
    boxes: Vec<Square>,
    /// From which finding to which.
    steps: Vec<(usize, usize)>,
    rows: u32,
    left_out: usize,
}

impl Drawing {
    /// Places `finding` in its column, beside the middle of what follows from it; answers where.
    fn place(&mut self, finding: &Finding, below: &[Node<'_>], depth: u32) -> u32 {
        let at = self.boxes.len();
        self.boxes.push(Square {
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

    /// The arrows that lead to the right; another way round would cross the boxes.
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

fn count(nodes: &[Node<'_>]) -> usize {
    nodes.iter().map(|node| usize::from(!node.again) + count(&node.below)).sum()
}

/// What kind of object it is, and in which namespace.
fn kind(subject: &Subject) -> String {
    match &*subject.namespace {
        "" => subject.kind.to_string(),
        namespace => format!("{} in {namespace}", subject.kind),
    }
}

/// As much of some words as a box has room for; of a name the end tells more.
fn short(words: &str, fits: usize) -> String {
    let length = words.chars().count();
    if length <= fits {
        return words.to_owned();
    }
    let head = fits / 2;
    let start: String = words.chars().take(head).collect();
    let end: String = words.chars().skip(length - (fits - head - 1)).collect();
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
