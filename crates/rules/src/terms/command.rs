//! A shell command of a remedy or a gap.
//!
//! Its text is the program's own; what the archive says is only filled into places, and only if a
//! shell reads it as one plain word. So no command can be made from text with values in it.

use std::fmt;

use super::quoting::is_shell_safe;
use super::template::{fill, fill_all};

/// A command that a report shows. A `{place}` that has no value yet gets the one of its finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Command(String);

impl Command {
    /// `template` with the places of `values` filled. A value that is not safe in a shell is not
    /// filled in: the command then shows the word of the place.
    pub fn new<V: AsRef<str>>(template: &'static str, values: &[(&'static str, V)]) -> Self {
        Self(fill(template, |word| {
            let (_, value) = values.iter().find(|(place, _)| *place == word)?;
            Some(shown(word, value.as_ref()))
        }))
    }

    /// The same for a list of values in one place, which become words of their own.
    pub fn of_list<V: AsRef<str>>(
        template: &'static str,
        place: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let words: Vec<_> = values.into_iter().map(|value| shown(place, value.as_ref())).collect();
        Self(fill(template, |word| (word == place).then(|| words.join(" "))))
    }

    /// Puts another command into a place.
    #[must_use]
    pub fn containing(&self, place: &'static str, inner: &Self) -> Self {
        Self(fill(&self.0, |word| (word == place).then(|| inner.0.clone())))
    }

    /// Fills the places that are left; those without a safe value show their word.
    #[must_use]
    pub(crate) fn filled(&self, value: impl Fn(&str) -> Option<String>) -> Self {
        Self(fill_all(&self.0, |word| value(word).filter(|value| is_shell_safe(value))))
    }

    /// The command in the words of another client.
    pub(crate) fn reword(&mut self, words: impl FnOnce(&str) -> String) {
        self.0 = words(&self.0);
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&'static str> for Command {
    fn from(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value if it is safe in a shell, and otherwise the word of its place.
fn shown(word: &str, value: &str) -> String {
    if is_shell_safe(value) { value.to_owned() } else { format!("<{}>", word.replace('_', " ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_not_safe_in_a_shell_is_not_filled_in() {
        let template = "oc get pod {name} -n {namespace} -p '{\"a\":{}}'";
        let command = Command::new(template, &[("name", "a; rm -rf /")]);
        assert_eq!(command.as_str(), "oc get pod <name> -n {namespace} -p '{\"a\":{}}'");
        let rest = command.filled(|word| (word == "namespace").then(|| "$(x)".to_owned()));
        assert_eq!(rest.as_str(), "oc get pod <name> -n <namespace> -p '{\"a\":{}}'");
    }

    #[test]
    fn a_list_becomes_words() {
        let command = Command::of_list("oc delete csr {request}", "request", ["a", "b c", "d"]);
        assert_eq!(command.as_str(), "oc delete csr a <request> d");
    }
}
