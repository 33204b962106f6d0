//! Columns that fit the width: long cells are wrapped, very long ones cut with a mark.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::cells::TableRow;
use super::shared::paragraph;
use crate::render::text::{Drawing, TextStyle};

/// The gap between two columns.
const GAP: usize = 2;
/// The least width of the table.
pub(super) const LEAST_WIDTH: usize = 60;
/// How many lines a cell of each column may take.
const LINES: [usize; 5] = [4, 2, 1, 3, 6];
/// How far each column may shrink; None for one that does not.
const LEAST: [Option<usize>; 5] = [Some(10), None, Some(8), Some(8), Some(16)];
/// The share of each column when the width is too small for all.
const WEIGHT: [usize; 5] = [6, 1, 3, 3, 9];

/// The columns and their widths.
pub(super) struct Columns {
    heads: [&'static str; 5],
    widths: [usize; 5],
    mark: &'static str,
    style: TextStyle,
}

impl Columns {
    /// Columns as wide as their cells, as far as that fits.
    pub(super) fn new(heads: [&'static str; 5], rows: &[TableRow], style: TextStyle) -> Self {
        let mut widths = heads.map(UnicodeWidthStr::width);
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(&row.cells) {
                *width = (*width).max(cell.width());
            }
        }
        let room = style.width.saturating_sub(GAP * (widths.len() - 1));
        while widths.iter().sum::<usize>() > room {
            let can_shrink = widths
                .iter_mut()
                .zip(LEAST)
                .zip(WEIGHT)
                .filter(|((width, least), _)| least.is_some_and(|least| **width > least));
            let widest = can_shrink.max_by_key(|((width, _), weight)| **width * 12 / weight);
            match widest {
                Some(((width, _), _)) => *width -= 1,
                None => break,
            }
        }
        let mark = if style.drawing == Drawing::Unicode { "…" } else { "..." };
        Self { heads, widths, mark, style }
    }

    /// Writes the heads and the rows.
    pub(super) fn write(&self, rows: &[TableRow], out: &mut dyn Write) -> io::Result<()> {
        self.line(self.heads, out)?;
        for row in rows {
            let mut cells: Vec<_> = row
                .cells
                .iter()
                .zip(self.widths)
                .zip(LINES)
                .map(|((cell, width), lines)| self.wrap(cell, width, lines))
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for at in 0..height {
                let mut line = <[String; 5]>::default();
                for (text, cell) in line.iter_mut().zip(&mut cells) {
                    *text = cell.get_mut(at).map(std::mem::take).unwrap_or_default();
                }
                self.line(line.each_ref().map(String::as_str), out)?;
            }
            if !row.rules.is_empty() {
                paragraph(&row.rules, ("  ", "    "), self.style, out)?;
            }
        }
        Ok(())
    }

    fn line(&self, cells: [&str; 5], out: &mut dyn Write) -> io::Result<()> {
        let mut text = String::new();
        for (cell, width) in cells.iter().zip(self.widths) {
            text.push_str(cell);
            let pad = width.saturating_sub(cell.width()) + GAP;
            text.extend(std::iter::repeat_n(' ', pad));
        }
        writeln!(out, "{}", text.trim_end())
    }

    /// The lines of a cell.
    fn wrap(&self, cell: &str, width: usize, most: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let mut rest = cell;
        while !rest.is_empty() {
            let (line, after) = split(rest, width);
            if lines.len() + 1 == most && !after.is_empty() {
                let (line, _) = cut(line, width.saturating_sub(self.mark.width()));
                lines.push(format!("{}{}", line.trim_end(), self.mark));
                break;
            }
            lines.push(line.trim_end().to_owned());
            rest = after.trim_start();
        }
        if lines.is_empty() { vec![String::new()] } else { lines }
    }
}

/// Splits off a line, at its last blank or after a sign in its second half.
fn split(words: &str, width: usize) -> (&str, &str) {
    let (line, rest) = cut(words, width);
    if rest.is_empty() || rest.starts_with(' ') {
        return (line, rest);
    }
    let is_end = |c: char| matches!(c, ' ' | '/' | '-' | ',' | ';' | '_' | '.');
    let blank = line.rfind(' ').filter(|at| *at > 0);
    let sign = || line.rfind(is_end).filter(|at| *at * 2 >= line.len());
    let at = blank.or_else(sign).map_or(line.len(), |at| at + 1);
    words.split_at_checked(at).unwrap_or((line, rest))
}

/// Splits off as many letters as fit, at least one.
fn cut(words: &str, width: usize) -> (&str, &str) {
    let mut taken = 0;
    for (at, c) in words.char_indices() {
        taken += c.width().unwrap_or(0);
        if taken > width && at > 0 {
            return words.split_at_checked(at).unwrap_or((words, ""));
        }
    }
    (words, "")
}
