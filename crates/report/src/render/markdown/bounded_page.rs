//! A page of limited length: a block that does not fit is left out, counted, and reported at the end.

use crate::render::summary::count;

/// The most lines of a page.
const LINES: usize = 150;
/// Lines reserved for the note about what was left out.
const LINES_OF_THE_END: usize = 3;
/// The most characters apart from the last line: Jira refuses more than 32,767, GitHub more than 65,536.
const CHARACTERS: usize = 31_000;
/// Lines and characters reserved for a line about each finding that does not fit.
const RESERVE: (usize, usize) = (9, 4_000);

/// A page that is being written.
pub(super) struct BoundedPage {
    lines: Vec<String>,
    characters: usize,
    /// The most lines and characters for now.
    limit: (usize, usize),
    left_out: Vec<(&'static str, &'static str, usize)>,
}

impl BoundedPage {
    /// An empty page that reserves room for the blocks at its end.
    pub(super) fn new<'l>(tail: impl IntoIterator<Item = &'l Vec<String>>) -> Self {
        let (mut lines, mut of_them) = RESERVE;
        for block in tail {
            lines += block.len() + 1;
            of_them += characters(block) + 1;
        }
        let limit = (
            (LINES - LINES_OF_THE_END).saturating_sub(lines),
            // The findings take precedence over long lines of the tail.
            CHARACTERS.saturating_sub(of_them).max(CHARACTERS / 2),
        );
        Self { lines: Vec::new(), characters: 0, limit, left_out: Vec::new() }
    }

    /// Opens what was reserved.
    pub(super) fn open_reserve(&mut self) {
        self.limit = (LINES - LINES_OF_THE_END, CHARACTERS);
    }

    /// Adds lines, after an empty one, if all of them fit; otherwise counts one under the singular and
    /// plural in `name`.
    pub(super) fn block(&mut self, name: (&'static str, &'static str), lines: Vec<String>) -> bool {
        let fits = self.add(lines);
        self.leave_out(name, usize::from(!fits));
        fits
    }

    /// Adds lines, after an empty one, if all of them fit.
    pub(super) fn add(&mut self, lines: Vec<String>) -> bool {
        if lines.is_empty() {
            return true;
        }
        let gap = usize::from(!self.lines.is_empty());
        let so_far =
            (self.lines.len() + gap + lines.len(), self.characters + gap + characters(&lines));
        if so_far.0 > self.limit.0 || so_far.1 > self.limit.1 {
            return false;
        }
        if gap > 0 {
            self.lines.push(String::new());
        }
        self.lines.extend(lines);
        self.characters = so_far.1;
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

    /// The text of the page.
    pub(super) fn finish(mut self) -> String {
        if !self.left_out.is_empty() {
            let all: Vec<_> =
                self.left_out.iter().map(|(one, many, n)| count(*n, one, many)).collect();
            self.lines.push(String::new());
            self.lines.push(format!("Omitted, `mustknow -v` shows all: {}.", all.join(", ")));
        }
        self.lines.join("\n") + "\n"
    }
}

fn characters(lines: &[String]) -> usize {
    lines.iter().map(|line| line.chars().count() + 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const THING: (&str, &str) = ("thing", "things");

    #[test]
    fn what_does_not_fit_is_counted() {
        let mut page = BoundedPage::new([]);
        for _ in 0..100 {
            page.block(THING, vec!["x".to_owned(); 9]);
        }
        page.open_reserve();
        assert!(page.block(THING, vec!["last".to_owned()]));
        let text = page.finish();
        assert!(text.lines().count() <= LINES);
        assert!(text.ends_with("last\n\nOmitted, `mustknow -v` shows all: 87 things.\n"), "{text}");
    }

    #[test]
    fn long_lines_fit_a_ticket_too() {
        let mut page = BoundedPage::new([]);
        for _ in 0..100 {
            page.block(THING, vec!["\u{e9}".repeat(2000)]);
        }
        page.open_reserve();
        page.block(THING, vec!["y".repeat(2000)]);
        assert!(page.finish().chars().count() < 32_767);
    }
}
