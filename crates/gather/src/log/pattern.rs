//! What a rule looks for in logs.

/// What a rule looks for in logs: lines that hold a literal and, where that is too loose, match a
/// regular expression as well.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogPattern {
    /// The words, as they stand in the line.
    pub literal: &'static str,
    /// Only in pods of this namespace; empty for node services.
    pub namespace: &'static str,
    /// Only in containers, or node services, of this name; empty for every one.
    pub container: &'static str,
    /// What a line with the literal must match too.
    pub regex: Option<&'static str>,
}

impl LogPattern {
    /// Lines that hold `literal`, in one container of a namespace.
    pub const fn new(
        literal: &'static str,
        namespace: &'static str,
        container: &'static str,
    ) -> Self {
        Self { literal, namespace, container, regex: None }
    }

    /// Only those of the lines that match `regex`. It sees bytes, not characters, and no more of
    /// a line than the scanner looks at in one go.
    #[must_use]
    pub const fn matching(self, regex: &'static str) -> Self {
        Self { regex: Some(regex), ..self }
    }
}
