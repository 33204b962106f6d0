//! The ClusterOperators, each to the right of its dependencies, in the colour of its state.
//!
//! Operators without dependencies are on the left. The table below the drawing has the same content.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use askama::filters::HtmlSafe;

use crate::model::{AsWord, Report, ReportOperator, ReportOperatorState};

const WIDTH: u32 = 188;
const HEIGHT: u32 = 40;
const COLUMN: u32 = WIDTH + 36;
/// The height of an arrow that passes a column.
const LANE: u32 = 10;
const GAP: u32 = 12;
const MARGIN: u32 = 4;
/// How many characters of a name fit in a box.
const FITS: usize = 25;

/// The drawing and the table.
#[derive(Template)]
#[template(path = "operators.html")]
pub(super) struct OperatorsPart<'r> {
    id: String,
    width: u32,
    height: u32,
    arrows: Vec<OperatorArrow>,
    boxes: Vec<OperatorBox<'r>>,
    /// Those without an arrow.
    others: Vec<&'r ReportOperator>,
    all: &'r [ReportOperator],
    well: usize,
}

// Its template escapes what it is given.
impl HtmlSafe for OperatorsPart<'_> {}

struct OperatorBox<'r> {
    operator: &'r ReportOperator,
    label: String,
    column: usize,
    x: u32,
    y: u32,
}

impl<'r> OperatorBox<'r> {
    fn new(operator: &'r ReportOperator, (column, middle): (usize, u32)) -> Self {
        let label = short(&operator.name);
        Self { operator, label, column, x: left_of(column), y: middle - HEIGHT / 2 }
    }
}

struct OperatorArrow {
    path: String,
    /// Whether both operators are unhealthy.
    is_hot: bool,
}

/// Draws the operators of the `n`th report; None where there are none.
pub(super) fn draw(n: usize, report: &Report) -> Option<OperatorsPart<'_>> {
    let all = report.operators.as_slice();
    if all.is_empty() {
        return None;
    }
    let graph = OperatorGraph::new(all);
    let (drawn, others): (Vec<_>, Vec<_>) = all.iter().partition(|it| graph.is_linked(&it.name));
    let places = place(&graph, &drawn);
    let boxes: Vec<_> = drawn
        .into_iter()
        .filter_map(|operator| Some(OperatorBox::new(operator, places.of(&operator.name)?)))
        .collect();
    let right = boxes.iter().map(|it| it.x + WIDTH).max().unwrap_or_default();
    let bottom = places.0.iter().flatten().map(|(_, y)| y + HEIGHT / 2).max().unwrap_or_default();
    Some(OperatorsPart {
        id: format!("r{n}-operators"),
        width: right + MARGIN,
        height: bottom + MARGIN,
        arrows: arrows(&graph, &boxes, &places),
        boxes,
        others,
        well: all.iter().filter(|it| it.state == ReportOperatorState::Available).count(),
        all,
    })
}

/// The CSS class of a state.
fn tone(operator: &ReportOperator) -> &'static str {
    match operator.state {
        ReportOperatorState::Unavailable => "critical",
        ReportOperatorState::Degraded => "error",
        ReportOperatorState::Progressing => "info",
        ReportOperatorState::Available => "calm",
        ReportOperatorState::Unknown => "warning",
    }
}

/// Which operator depends on which, and which are unhealthy.
struct OperatorGraph<'r> {
    needs: BTreeMap<&'r str, Vec<&'static str>>,
    unhealthy: BTreeSet<&'r str>,
}

impl<'r> OperatorGraph<'r> {
    fn new(all: &'r [ReportOperator]) -> Self {
        let needs = |it: &ReportOperator| it.needs.iter().map(|need| need.operator).collect();
        let is_unhealthy = |it: &&ReportOperator| {
            matches!(it.state, ReportOperatorState::Unavailable | ReportOperatorState::Degraded)
        };
        let unhealthy = all.iter().filter(is_unhealthy);
        Self {
            needs: all.iter().map(|it| (it.name.as_str(), needs(it))).collect(),
            unhealthy: unhealthy.map(|it| it.name.as_str()).collect(),
        }
    }

    fn needs(&self, name: &str) -> &[&'static str] {
        self.needs.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn is_linked(&self, name: &str) -> bool {
        !self.needs(name).is_empty() || self.needs.values().any(|needs| needs.contains(&name))
    }

    /// The longest path from `name` to an operator without dependencies.
    fn layer(&self, name: &str) -> u32 {
        self.needs(name).iter().map(|needed| self.layer(needed) + 1).max().unwrap_or_default()
    }

    /// Whether an arrow leads from `name` to `other`.
    fn has_arrow(&self, name: &str, other: &str) -> bool {
        self.needs(other).contains(&name)
            && (self.is_hot(name, other) || !self.is_indirect(other, name))
    }

    /// Whether both are unhealthy.
    fn is_hot(&self, name: &str, other: &str) -> bool {
        [name, other].iter().all(|it| self.unhealthy.contains(it))
    }

    /// Whether `name` also depends on `other` indirectly, so that an arrow would be redundant.
    fn is_indirect(&self, name: &str, other: &str) -> bool {
        self.needs(name).iter().any(|through| *through != other && self.leads_to(through, other))
    }

    fn leads_to(&self, name: &str, other: &str) -> bool {
        self.needs(name).iter().any(|needed| *needed == other || self.leads_to(needed, other))
    }
}

/// The layout: for each column its boxes and passing arrows, by operator, with the height of their
/// middle.
struct ColumnLayout<'r>(Vec<Vec<(&'r str, u32)>>);

impl ColumnLayout<'_> {
    /// The height of `name`, or of an arrow from it, in a column.
    fn within(&self, column: usize, name: &str) -> Option<u32> {
        let found = self.0.get(column)?.iter().find(|(it, _)| *it == name);
        found.map(|(_, y)| *y)
    }

    /// The column of the box of `name`, and its middle: its arrows are further right.
    fn of(&self, name: &str) -> Option<(usize, u32)> {
        (0..self.0.len()).find_map(|column| Some((column, self.within(column, name)?)))
    }
}

/// A column for each layer; in it each box or arrow near its origins.
fn place<'r>(graph: &OperatorGraph<'_>, operators: &[&'r ReportOperator]) -> ColumnLayout<'r> {
    let layers: Vec<_> =
        operators.iter().map(|it| (it.name.as_str(), graph.layer(&it.name))).collect();
    let last = layers.iter().map(|(_, layer)| *layer).max().unwrap_or_default();
    let mut places = ColumnLayout(Vec::new());
    for (at, column) in (0..=last).enumerate() {
        let passes = |name: &str| {
            let needing = layers.iter().filter(|(_, layer)| *layer > column);
            needing.into_iter().any(|(other, _)| graph.has_arrow(name, other))
        };
        let here = layers
            .iter()
            .filter(|(name, layer)| *layer == column || (*layer < column && passes(name)));
        let mut here: Vec<_> = here
            .map(|(name, layer)| {
                let is_box = *layer == column;
                let from = if is_box { graph.needs(name).to_vec() } else { vec![*name] };
                let before = at.checked_sub(1);
                let from: Vec<u32> =
                    from.iter().filter_map(|it| places.within(before?, it)).collect();
                let count = u32::try_from(from.len()).unwrap_or(1);
                (from.iter().sum::<u32>().checked_div(count), *name, is_box)
            })
            .collect();
        here.sort_unstable();
        let mut y = MARGIN;
        let middle = |(_, name, is_box): &(_, &'r str, bool)| {
            let height = if *is_box { HEIGHT } else { LANE };
            y += height + GAP;
            (*name, y - GAP - height / 2)
        };
        places.0.push(here.iter().map(middle).collect());
    }
    places
}

fn arrows(
    graph: &OperatorGraph<'_>,
    boxes: &[OperatorBox<'_>],
    places: &ColumnLayout<'_>,
) -> Vec<OperatorArrow> {
    let mut arrows = Vec::new();
    for from in boxes {
        let name = &*from.operator.name;
        for to in boxes.iter().filter(|to| graph.has_arrow(name, &to.operator.name)) {
            let (mut x, mut y) = (from.x + WIDTH, from.y + HEIGHT / 2);
            let mut path = format!("M{x} {y}");
            let mut curve = |end: u32, row: u32| {
                let middle = u32::midpoint(x, end);
                path.push_str(&format!("H{x}C{middle} {y} {middle} {row} {end} {row}"));
                (x, y) = (end + WIDTH, row);
            };
            for column in from.column + 1..to.column {
                if let Some(row) = places.within(column, name) {
                    curve(left_of(column), row);
                }
            }
            curve(to.x - 3, to.y + HEIGHT / 2);
            path.push_str("m-6 -4l6 4l-6 4");
            arrows.push(OperatorArrow { path, is_hot: graph.is_hot(name, &to.operator.name) });
        }
    }
    // The arrows that matter are drawn last, on top.
    arrows.sort_by_key(|arrow| arrow.is_hot);
    arrows
}

/// The left edge of a column.
fn left_of(column: usize) -> u32 {
    MARGIN + u32::try_from(column).unwrap_or_default() * COLUMN
}

fn short(name: &str) -> String {
    if name.chars().count() <= FITS {
        return name.to_owned();
    }
    let start: String = name.chars().take(FITS - 1).collect();
    format!("{start}\u{2026}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::OperatorNeed;
    use crate::redact::SafeText;

    fn operator(name: &str, state: ReportOperatorState, needs: &[&'static str]) -> ReportOperator {
        ReportOperator {
            name: SafeText::name(name),
            version: None,
            state,
            since: None,
            age: None,
            reason: SafeText::default(),
            message: SafeText::default(),
            needs: needs.iter().map(|&operator| OperatorNeed { operator, because: "" }).collect(),
        }
    }

    #[test]
    fn a_redundant_arrow_is_left_out_unless_both_are_unhealthy() {
        let all = |state| {
            [
                operator("a", state, &[]),
                operator("b", ReportOperatorState::Available, &["a"]),
                operator("c", state, &["a", "b"]),
            ]
        };
        let (calm, hot) = (all(ReportOperatorState::Available), all(ReportOperatorState::Degraded));
        assert!(!OperatorGraph::new(&calm).has_arrow("a", "c"));
        assert!(OperatorGraph::new(&calm).has_arrow("b", "c"));
        assert!(OperatorGraph::new(&hot).has_arrow("a", "c"));
    }

    #[test]
    fn boxes_and_arrows_do_not_overlap() {
        let all = [
            operator("a", ReportOperatorState::Available, &[]),
            operator("b", ReportOperatorState::Available, &[]),
            operator("c", ReportOperatorState::Unavailable, &["a"]),
            operator("d", ReportOperatorState::Unavailable, &["c", "b"]),
        ];
        let graph = OperatorGraph::new(&all);
        let places = place(&graph, &all.iter().collect::<Vec<_>>());
        // `b` passes the column of `c` on its way to `d`.
        let columns: Vec<Vec<_>> =
            places.0.iter().map(|column| column.iter().map(|(name, _)| *name).collect()).collect();
        assert_eq!(columns, [vec!["a", "b"], vec!["c", "b"], vec!["d"]]);
        for column in &places.0 {
            for (above, below) in column.iter().zip(column.iter().skip(1)) {
                assert!(above.1 + HEIGHT / 2 + LANE / 2 < below.1 + GAP, "{column:?}");
            }
        }
    }
}
