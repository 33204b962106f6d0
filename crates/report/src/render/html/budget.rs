//! How many bytes of quoted lines and drawings a page may hold.

/// The most bytes of quoted lines on a page, so that it can be mailed.
const QUOTED: usize = 400 << 10;
/// The most bytes of the trees of consequences on a page.
const DRAWN: usize = 200 << 10;

/// The remaining bytes of a page.
pub(super) struct PageBudget {
    quoted: usize,
    drawn: usize,
}

impl Default for PageBudget {
    fn default() -> Self {
        Self { quoted: QUOTED, drawn: DRAWN }
    }
}

impl PageBudget {
    /// Spends bytes on a quote, if as many remain; answers whether.
    pub(super) fn quote(&mut self, bytes: usize) -> bool {
        spend(&mut self.quoted, bytes)
    }

    /// Spends bytes on a drawing, if as many remain; answers whether.
    pub(super) fn draw(&mut self, bytes: usize) -> bool {
        spend(&mut self.drawn, bytes)
    }
}

fn spend(left: &mut usize, bytes: usize) -> bool {
    let after = left.checked_sub(bytes);
    *left = after.unwrap_or(*left);
    after.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_spent_only_if_they_remain() {
        let mut budget = PageBudget::default();
        assert!(!budget.quote(QUOTED + 1) && budget.quote(QUOTED) && !budget.quote(1));
        assert!(budget.draw(DRAWN));
    }
}
