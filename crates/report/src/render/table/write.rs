//! Writes the table: one row for each cluster, and one for each input that could not be read.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::cells::{HEADS, TableRow};
use super::columns::{Columns, LEAST_WIDTH};
use super::{shared, short_names, totals};
use crate::render::text::TextStyle;
use crate::triage::Triage;

/// Writes the rows, what several archives have in common, and the totals.
pub fn write(triage: &Triage, style: TextStyle, out: &mut dyn Write) -> io::Result<()> {
    let style = TextStyle { width: style.width.max(LEAST_WIDTH), ..style };
    let paths = triage.rows.iter().map(|row| &*row.path);
    let names = short_names::of_paths(paths.chain(triage.failed.iter().map(|it| &*it.path)));
    let ids = short_names::of_ids(triage.rows.iter().filter_map(|row| row.cluster.as_deref()));
    let read = triage.rows.iter().map(|row| TableRow::new(row, &names, &ids));
    let failed = triage.failed.iter().map(|failed| TableRow::not_read(failed, &names));
    let mut rows: Vec<_> = read.chain(failed).collect();
    // The sort is stable: equals stay in the order of the inputs.
    rows.sort_by_key(|row| Reverse(row.urgency));
    Columns::new(HEADS, &rows, style).write(&rows, out)?;
    shared::write(triage, &names, style, out)?;
    writeln!(out)?;
    shared::paragraph(&totals::totals(triage), ("", ""), style, out)
}
