//! How a text page looks.

/// How a text page looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextStyle {
    /// The number of columns.
    pub width: usize,
    /// Whether to use colours.
    pub colour: bool,
    /// What to draw with.
    pub drawing: Drawing,
    /// Whether to show every piece of evidence, consequence and inconclusive check.
    pub verbose: bool,
}

/// What trees, lists and quoted lines are drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// Box-drawing characters.
    Unicode,
    /// ASCII characters.
    Ascii,
    /// Indentation only, for screen readers.
    Plain,
}

impl Default for TextStyle {
    fn default() -> Self {
        Self { width: 100, colour: false, drawing: Drawing::Unicode, verbose: false }
    }
}
