//! The ClusterOperators, each beside what it needs, in the colour of how it stands.
//!
//! What needs nothing else stands left. The table beside the drawing says the same and more.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use askama::filters::HtmlSafe;

use crate::report::{Operator, Report};

const WIDTH: u32 = 188;
const HEIGHT: u32 = 40;
const COLUMN: u32 = WIDTH + 36;
/// What an arrow takes that passes a column.
const LANE: u32 = 10;
const GAP: u32 = 12;
const MARGIN: u32 = 4;
/// How many characters of a name fit in a box.
const FITS: usize = 25;

/// The drawing, and the same as a table.
#[derive(Template)]
#[template(path = "operators.html")]
pub(super) struct Operators<'r> {
    id: String,
    width: u32,
    height: u32,
    arrows: Vec<Arrow>,
    boxes: Vec<Square<'r>>,
    /// Those that stand alone.
    others: Vec<&'r Operator>,
    all: &'r [Operator],
    well: usize,
}

// Its template escapes what it is given.
impl HtmlSafe for Operators<'_> {}

struct Square<'r> {
    operator: &'r Operator,
    label: String,
    column: usize,
    x: u32,
    y: u32,
}

impl<'r> Square<'r> {
    fn new(operator: &'r Operator, (column, middle): (usize, u32)) -> Self {
        let label = short(&operator.name);
        Self { operator, label, column, x: left_of(column), y: middle - HEIGHT / 2 }
    }
}

struct Arrow {
    path: String,
    /// Whether both are out of order, the one that is needed and the one that needs it.
    is_hot: bool,
}

/// Draws the operators of the `n`th report; None where there are none.
pub(super) fn draw(n: usize, report: &Report) -> Option<Operators<'_>> {
    let all = report.operators.as_slice();
    if all.is_empty() {
        return None;
    }
    let graph = Graph::new(all);
    let (drawn, others): (Vec<_>, Vec<_>) = all.iter().partition(|it| graph.is_linked(&it.name));
    let places = place(&graph, &drawn);
    let boxes: Vec<_> = drawn
        .into_iter()
        .filter_map(|operator| Some(Square::new(operator, places.of(&operator.name)?)))
        .collect();
    let right = boxes.iter().map(|it| it.x + WIDTH).max().unwrap_or_default();
    let bottom = places.0.iter().flatten().map(|(_, y)| y + HEIGHT / 2).max().unwrap_or_default();
    Some(Operators {
        id: format!("r{n}-operators"),
        width: right + MARGIN,
        height: bottom + MARGIN,
        arrows: arrows(&graph, &boxes, &places),
        boxes,
        others,
        well: all.iter().filter(|it| it.state == "available").count(),
        all,
    })
}

/// The tone of a state, a class of the style.
fn tone(state: &str) -> &'static str {
    match state {
        "unavailable" => "critical",
        "degraded" => "error",
        "progressing" => "info",
        "available" => "calm",
        _ => "warning",
    }
}

/// Which operator needs which, and which are out of order.
struct Graph<'r> {
    needs: BTreeMap<&'r str, Vec<&'static str>>,
    out_of_order: BTreeSet<&'r str>,
}

impl<'r> Graph<'r> {
    fn new(all: &'r [Operator]) -> Self {
        let needs = |it: &Operator| it.needs.iter().map(|need| need.operator).collect();
        let out_of_order = all.iter().filter(|it| matches!(it.state, "unavailable" | "degraded"));
        Self {
            needs: all.iter().map(|it| (it.name.as_str(), needs(it))).collect(),
            out_of_order: out_of_order.map(|it| it.name.as_str()).collect(),
        }
    }

    fn needs(&self, name: &str) -> &[&'static str] {
        self.needs.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn is_linked(&self, name: &str) -> bool {
        !self.needs(name).is_empty() || self.needs.values().any(|needs| needs.contains(&name))
    }

    /// The most steps that lead from `name` to something that needs nothing.
    fn depth(&self, name: &str) -> u32 {
        self.needs(name).iter().map(|needed| self.depth(needed) + 1).max().unwrap_or_default()
    }

    /// Whether an arrow leads from `name` to `other`.
    fn has_arrow(&self, name: &str, other: &str) -> bool {
        self.needs(other).contains(&name)
            && (self.is_hot(name, other) || !self.is_roundabout(other, name))
    }

    /// Whether both are out of order.
    fn is_hot(&self, name: &str, other: &str) -> bool {
        [name, other].iter().all(|it| self.out_of_order.contains(it))
    }

    /// Whether `name` needs `other` through something else too, so that an arrow tells nothing new.
    fn is_roundabout(&self, name: &str, other: &str) -> bool {
        self.needs(name).iter().any(|through| *through != other && self.leads_to(through, other))
    }

    fn leads_to(&self, name: &str, other: &str) -> bool {
        self.needs(name).iter().any(|needed| *needed == other || self.leads_to(needed, other))
    }
}

/// Where things are: for each column what stands in it, boxes and arrows that only pass, by the operator
/// whose they are, with the height of its middle.
struct Places<'r>(Vec<Vec<(&'r str, u32)>>);

impl Places<'_> {
    /// Where `name`, or an arrow from it, stands in a column.
    fn within(&self, column: usize, name: &str) -> Option<u32> {
        let found = self.0.get(column)?.iter().find(|(it, _)| *it == name);
        found.map(|(_, y)| *y)
    }

    /// The column of the box of `name`, and its middle: arrows only come after it.
    fn of(&self, name: &str) -> Option<(usize, u32)> {
        (0..self.0.len()).find_map(|column| Some((column, self.within(column, name)?)))
    }
}

/// A column for each depth; within it each thing near what it comes from.
fn place<'r>(graph: &Graph<'_>, operators: &[&'r Operator]) -> Places<'r> {
    let depths: Vec<_> =
        operators.iter().map(|it| (it.name.as_str(), graph.depth(&it.name))).collect();
    let last = depths.iter().map(|(_, depth)| *depth).max().unwrap_or_default();
    let mut places = Places(Vec::new());
    for (at, column) in (0..=last).enumerate() {
        let passes = |name: &str| {
            let needing = depths.iter().filter(|(_, depth)| *depth > column);
            needing.into_iter().any(|(other, _)| graph.has_arrow(name, other))
        };
        let here = depths
            .iter()
            .filter(|(name, depth)| *depth == column || (*depth < column && passes(name)));
        let mut here: Vec<_> = here
            .map(|(name, depth)| {
                let is_box = *depth == column;
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
        let stands = |(_, name, is_box): &(_, &'r str, bool)| {
            let height = if *is_box { HEIGHT } else { LANE };
            y += height + GAP;
            (*name, y - GAP - height / 2)
        };
        places.0.push(here.iter().map(stands).collect());
    }
    places
}

fn arrows(graph: &Graph<'_>, boxes: &[Square<'_>], places: &Places<'_>) -> Vec<Arrow> {
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
            arrows.push(Arrow { path, is_hot: graph.is_hot(name, &to.operator.name) });
        }
    }
    // What matters is drawn over what does not.
    arrows.sort_by_key(|arrow| arrow.is_hot);
    arrows
}

/// Where a column begins.
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
    use crate::report::Need;
    use crate::safe::SafeText;

    fn operator(name: &str, state: &'static str, needs: &[&'static str]) -> Operator {
        Operator {
            name: SafeText::name(name),
            version: None,
            state,
            since: None,
            age: None,
            reason: SafeText::default(),
            message: SafeText::default(),
            needs: needs.iter().map(|&operator| Need { operator, because: "" }).collect(),
        }
    }

    #[test]
    fn an_arrow_that_tells_nothing_new_is_left_out_unless_both_are_out_of_order() {
        let all = |state| {
            [
                operator("a", state, &[]),
                operator("b", "available", &["a"]),
                operator("c", state, &["a", "b"]),
            ]
        };
        let (calm, hot) = (all("available"), all("degraded"));
        assert!(!Graph::new(&calm).has_arrow("a", "c"));
        assert!(Graph::new(&calm).has_arrow("b", "c"));
        assert!(Graph::new(&hot).has_arrow("a", "c"));
    }

    #[test]
    fn nothing_stands_on_anything_else() {
        let all = [
            operator("a", "available", &[]),
            operator("b", "available", &[]),
            operator("c", "unavailable", &["a"]),
            operator("d", "unavailable", &["c", "b"]),
        ];
        let graph = Graph::new(&all);
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
