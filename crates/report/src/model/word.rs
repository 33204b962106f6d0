//! The enumerations of the report, and the word that each value is serialised as.
//!
//! A field of such a type carries `#[serde(with = "as_str")]`, or `word::option` where it may be absent.

use mustknow_rules::domain::UpdatePace;
use mustknow_rules::{Certainty, GapKind, Role, Severity};
use mustknow_timeline::Source;
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};

/// A type whose values are words in the serialised form.
pub trait AsWord: Copy + 'static {
    /// Every value, in the order of the documentation.
    const ALL: &'static [Self];

    /// The word for it.
    fn as_str(self) -> &'static str;
}

impl AsWord for Severity {
    const ALL: &'static [Self] = &Self::ALL;

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl AsWord for Certainty {
    const ALL: &'static [Self] = &[Self::Certain, Self::Likely, Self::Possible];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl AsWord for Role {
    const ALL: &'static [Self] = &[Self::Cause, Self::Symptom, Self::Context];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl AsWord for UpdatePace {
    const ALL: &'static [Self] = &[Self::OnTime, Self::Slow, Self::Stalled];

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl AsWord for Source {
    const ALL: &'static [Self] = &Self::ALL;

    fn as_str(self) -> &'static str {
        self.as_str()
    }
}

impl AsWord for GapKind {
    const ALL: &'static [Self] = &[
        Self::NotCollected,
        Self::Damaged,
        Self::Truncated,
        Self::Redacted,
        Self::FieldAbsent,
        Self::Crashed,
        Self::OutOfTime,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::NotCollected => "not-collected",
            Self::Damaged => "damaged",
            Self::Truncated => "truncated",
            Self::Redacted => "redacted",
            Self::FieldAbsent => "field-absent",
            Self::Crashed => "crashed",
            Self::OutOfTime => "out-of-time",
        }
    }
}

/// Writes a value as its word.
pub(crate) fn serialize<T: AsWord, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    value.as_str().serialize(to)
}

/// Reads a value from its word.
pub(crate) fn deserialize<'de, T: AsWord, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let word = String::deserialize(from)?;
    let is_it = |value: &T| value.as_str() == word;
    T::ALL.iter().copied().find(is_it).ok_or_else(|| D::Error::custom("unknown word"))
}

/// The same for a value that may be absent.
pub(crate) mod option {
    use super::{AsWord, Deserialize, Deserializer, Error, Serialize, Serializer};

    /// Writes a value as its word.
    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
    pub(crate) fn serialize<T: AsWord, S: Serializer>(
        value: &Option<T>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.map(AsWord::as_str).serialize(to)
    }

    /// Reads a value from its word.
    pub(crate) fn deserialize<'de, T: AsWord, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<T>, D::Error> {
        let Some(as_str) = Option::<String>::deserialize(from)? else { return Ok(None) };
        let found = T::ALL.iter().copied().find(|value| value.as_str() == as_str);
        found.map(Some).ok_or_else(|| D::Error::custom("unknown word"))
    }
}

/// Every word of a type, for its schema.
#[cfg(feature = "schema")]
pub(crate) fn vocabulary<T: AsWord>() -> Vec<&'static str> {
    T::ALL.iter().map(|value| value.as_str()).collect()
}

/// Every word of a type whose value may be absent, for its schema.
#[cfg(feature = "schema")]
pub(crate) fn vocabulary_or_null<T: AsWord>() -> Vec<Option<&'static str>> {
    vocabulary::<T>().into_iter().map(Some).chain([None]).collect()
}
