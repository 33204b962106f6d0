//! What connects a cause with an effect.
//!
//! There can be hundreds of thousands of findings, so the causes of an effect are looked up and not
//! tried one after the other. A link is therefore something that can be looked up: a name that one
//! of the two gives, and that the other has.

use super::signature::mentions_name;
use crate::terms::finding::Finding;

/// A name that must be found in the keywords of another finding, and a second one, such as its
/// namespace, that must be found there too unless it is empty.
pub(crate) type Name<'f> = [&'f str; 2];

/// What connects a cause with an effect.
#[derive(Clone, Copy)]
pub(crate) enum Link {
    /// Nothing but their rules: each cause that meets a condition with each effect. The sign of the
    /// cause is in the effect alone, or in the cause alone.
    Every(fn(&Finding) -> bool),
    /// They have the same subject, or the subject of the effect is a member of the cause.
    SameSubject,
    /// A text of the cause is that text of the effect, such as its namespace.
    Same(for<'f> fn(&'f Finding) -> Vec<&'f str>, fn(&Finding) -> &str),
    /// The keywords of the effect have a name that the cause gives.
    Names(for<'f> fn(&'f Finding) -> Vec<Name<'f>>),
    /// The keywords of the cause have a name that the effect gives, or it is that of its subject.
    NamedBy(for<'f> fn(&'f Finding) -> Vec<Name<'f>>),
}

impl Link {
    /// Whether it connects these two.
    pub(crate) fn connects(self, cause: &Finding, effect: &Finding) -> bool {
        match self {
            Self::Every(is_cause) => is_cause(cause),
            Self::SameSubject => {
                cause.subject == effect.subject || cause.members.contains(&effect.subject)
            }
            Self::Same(of_cause, of_effect) => {
                let text = of_effect(effect);
                !text.is_empty() && of_cause(cause).contains(&text)
            }
            Self::Names(names) => names(cause).into_iter().any(|name| has(effect, name)),
            Self::NamedBy(names) => names(effect)
                .into_iter()
                .any(|name| has(cause, name) || name == [cause.subject.name.as_str(), ""]),
        }
    }
}

/// Whether the keywords of a finding have the name.
fn has(finding: &Finding, [name, second]: Name<'_>) -> bool {
    mentions_name(finding, name) && (second.is_empty() || mentions_name(finding, second))
}
