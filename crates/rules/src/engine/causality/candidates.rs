//! The pairs of findings that an edge may connect, found by what they have in common.
//!
//! Comparing every finding with every other takes minutes where thousands of pods are broken. So the
//! causes of all edges to the findings of one rule are put into tables, and each of these findings
//! looks up what it mentions. A pair that is found here may still not hold; one that is not found
//! here does not.

use std::collections::{BTreeSet, HashMap};

use super::edges::{Edge, Link, Name};
use crate::terms::evidence::Subject;
use crate::terms::finding::Finding;

/// How many causes that only their rules connect with an effect are tried. More would say no more,
/// and their number would be the product of both.
const MOST_OF_EACH_RULE: usize = 100;
/// How many causes with the same name are tried for each effect.
const MOST_OF_A_NAME: usize = 1000;

/// A finding and its position among all findings.
pub(super) type Numbered<'f> = (usize, &'f Finding);

/// A text of an effect, such as its namespace.
type TextOf = fn(&Finding) -> &str;
/// The names that an effect gives.
type NamesOf = for<'n> fn(&'n Finding) -> Vec<Name<'n>>;

/// The causes of the findings of one rule, by what connects them.
#[derive(Default)]
pub(super) struct CauseTables<'f> {
    every: BTreeSet<usize>,
    by_subject: HashMap<&'f Subject, Vec<usize>>,
    by_text: Vec<(TextOf, HashMap<&'f str, Vec<usize>>)>,
    named: WordTable<'f>,
    naming: Vec<(NamesOf, WordTable<'f>)>,
}

/// Findings by one word of a name; the word that the fewest of them have.
#[derive(Default)]
struct WordTable<'f> {
    names: Vec<(usize, Name<'f>)>,
    by_word: HashMap<&'f str, Vec<usize>>,
}

impl<'f> CauseTables<'f> {
    /// Adds the causes of one rule with their edges to the effects.
    pub(super) fn add(&mut self, causes: &[Numbered<'f>], edges: &[&'static Edge]) {
        for link in edges.iter().flat_map(|edge| edge.link) {
            match *link {
                Link::Every(is_cause) => {
                    let meets = causes.iter().filter(|(_, cause)| is_cause(cause));
                    self.every.extend(meets.map(|(at, _)| *at).take(MOST_OF_EACH_RULE));
                }
                Link::SameSubject => {
                    for (at, cause) in causes {
                        for subject in cause.members.iter().chain([&cause.subject]) {
                            self.by_subject.entry(subject).or_default().push(*at);
                        }
                    }
                }
                Link::Same(of_cause, of_effect) => {
                    let mut table: HashMap<_, Vec<_>> = HashMap::new();
                    for (at, cause) in causes {
                        for text in of_cause(cause) {
                            table.entry(text).or_default().push(*at);
                        }
                    }
                    self.by_text.push((of_effect, table));
                }
                Link::Names(names) => {
                    for (at, cause) in causes {
                        let names = names(cause).into_iter().filter(|name| is_name(*name));
                        self.named.names.extend(names.map(|name| (*at, name)));
                    }
                }
                Link::NamedBy(names) => {
                    let mut table = WordTable::default();
                    for (at, cause) in causes {
                        for word in words_of(cause) {
                            table.put(word, *at);
                        }
                    }
                    self.naming.push((names, table));
                }
            }
        }
    }

    /// Ends the adding.
    pub(super) fn finish(&mut self) {
        self.named.place_names();
    }

    /// The causes that may explain an effect, in order.
    pub(super) fn of(&self, effect: &Finding) -> BTreeSet<usize> {
        let mut found = self.every.clone();
        found.extend(self.by_subject.get(&effect.subject).into_iter().flatten());
        for (text, table) in &self.by_text {
            let same = table.get(text(effect)).into_iter().flatten();
            found.extend(same.take(MOST_OF_EACH_RULE));
        }
        if !self.named.by_word.is_empty() {
            for word in words(&effect.keywords).collect::<BTreeSet<_>>() {
                found.extend(self.named.get(word).iter().take(MOST_OF_A_NAME));
            }
        }
        for (names, table) in &self.naming {
            for name in names(effect) {
                found.extend(table.rarest(name).iter().take(MOST_OF_A_NAME));
            }
        }
        found
    }
}

impl<'f> WordTable<'f> {
    fn get(&self, word: &str) -> &[usize] {
        self.by_word.get(word).map(Vec::as_slice).unwrap_or_default()
    }

    fn put(&mut self, word: &'f str, at: usize) {
        self.by_word.entry(word).or_default().push(at);
    }

    /// Puts each name in the place of one of its words: the one that the fewest names have, because
    /// the others, such as the domain of all nodes, are in many keywords.
    fn place_names(&mut self) {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for (_, name) in &self.names {
            for word in words_of_name(*name) {
                *counts.entry(word).or_default() += 1;
            }
        }
        for (at, name) in std::mem::take(&mut self.names) {
            if let Some(word) = words_of_name(name).min_by_key(|word| counts.get(word)) {
                self.put(word, at);
            }
        }
    }

    /// The findings that have all words of a name, or at least the one that the fewest have.
    fn rarest(&self, name: Name<'_>) -> &[usize] {
        let findings = words_of_name(name).map(|word| self.get(word));
        findings.min_by_key(|found| found.len()).unwrap_or_default()
    }
}

fn is_name([name, _]: Name<'_>) -> bool {
    !name.is_empty()
}

fn words_of_name([name, second]: Name<'_>) -> impl Iterator<Item = &str> {
    words(name).chain(words(second))
}

/// The words that others may give as a name of a finding.
fn words_of(finding: &Finding) -> BTreeSet<&str> {
    words(&finding.keywords).chain(words(&finding.subject.name)).collect()
}

/// The words of a text: a name that it has as a whole has no other words than these.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|word| !word.is_empty())
}
