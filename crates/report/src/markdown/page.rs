//! A page of bounded length: what does not fit is left out as a whole, counted, and said at the end.

use crate::summary::count;

/// Lines that a block is given, at most.
pub(super) const LINES: usize = 150;
/// Lines kept free for the last block and for what says what was left out.
const RESERVE: usize = 30;

/// A page in the making.
pub(super) struct Page {
    lines: Vec<String>,
    limit: usize,
    left_out: Vec<(&'static str, &'static str, usize)>,
}

impl Page {
    /// An empty page.
    pub(super) fn new() -> Self {
        Self { lines: Vec::new(), limit: LINES - RESERVE, left_out: Vec::new() }
    }

    /// Opens the lines that were kept free.
    pub(super) fn open_reserve(&mut self) {
        self.limit = LINES - 3;
    }

    /// Adds lines, after an empty one, if all of them fit. What was left out is counted under the
    /// words for one and for many of it.
    pub(super) fn block(
        &mut self,
        (one, many): (&'static str, &'static str),
        lines: Vec<String>,
    ) -> bool {
        if lines.is_empty() {
            return true;
        }
        let gap = usize::from(!self.lines.is_empty());
        if self.lines.len() + gap + lines.len() > self.limit {
            self.leave_out((one, many), 1);
            return false;
        }
        if gap > 0 {
            self.lines.push(String::new());
        }
        self.lines.extend(lines);
        true
    }

    /// Counts what is left out.
    pub(super) fn leave_out(&mut self, (one, many): (&'static str, &'static str), n: usize) {
        if n == 0 {
            return;
        }
        match self.left_out.iter_mut().find(|(known, ..)| *known == one) {
            Some((.., total)) => *total += n,
            None => self.left_out.push((one, many, n)),
        }
    }

    /// The whole page.
    pub(super) fn finish(mut self) -> String {
        if !self.left_out.is_empty() {
            let all: Vec<_> =
                self.left_out.iter().map(|(one, many, n)| count(*n, one, many)).collect();
            self.lines.push(String::new());
            self.lines.push(format!("Left out here, `mustknow -v` shows it: {}.", all.join(", ")));
        }
        self.lines.join("\n") + "\n"
    }
}
