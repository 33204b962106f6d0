//! The object that a finding, a piece of evidence or an event is about.

use std::fmt;

use serde::Serialize;

use crate::redact::SafeText;

/// An object, or what several objects have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReportSubject {
    /// The kind.
    pub kind: SafeText,
    /// The namespace; empty for cluster scope.
    pub namespace: SafeText,
    /// The name.
    pub name: SafeText,
}

impl fmt::Display for ReportSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        for part in [&self.namespace, &self.name] {
            if !part.is_empty() {
                write!(f, "/{part}")?;
            }
        }
        Ok(())
    }
}
