//! Names and texts: in the field's words, and each type name with one meaning.

use std::collections::BTreeMap;

use super::field_words::{IN_NAMES, IN_TEXTS, IN_TYPES, TYPES};
use super::items::{Definition, definitions, without_tests as tokens_without_tests};
use super::sources::{complain, everything, fixtures, pages, without_tests};
use super::tokens::{Token, tokens};

/// Every crate may have an `Error`, which is written with the crate's name.
const SHARED: [&str; 1] = ["Error"];

/// The files that hold the words in question.
const TABLES: &str = "tests/house";

/// The words of an identifier, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_start = letter.is_uppercase();
        if letter == '_' || is_start && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter != '_') {
            word.extend(letter.to_lowercase());
            // Of an acronym, such as in `TLSRefusal`, the last capital begins the next word.
            while is_start && letters.peek().is_some_and(|next| next.is_uppercase()) {
                let mut ahead = letters.clone();
                ahead.next();
                if ahead.next().is_some_and(char::is_lowercase) {
                    break;
                }
                word.extend(letters.next().into_iter().flat_map(char::to_lowercase));
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What is wrong with the name of a definition.
fn wrong_name(item: &Definition<'_>) -> Option<&'static str> {
    let words = words(item.name);
    let of = |table: &'static [(&str, &str)]| {
        table.iter().find(|(word, _)| words.iter().any(|it| it == word)).map(|(_, say)| *say)
    };
    let is_function = item.keyword == "fn";
    let of_type = || TYPES.iter().find(|(name, _)| *name == item.name).map(|(_, say)| *say);
    of(&IN_NAMES)
        .or_else(|| if is_function { None } else { of(&IN_TYPES) })
        .or_else(|| if item.is_type() { of_type() } else { None })
}

/// The first phrase of the table in a text, and what to write instead. A phrase with a capital is meant so.
fn wrong_phrase(text: &str) -> Option<(&'static str, &'static str)> {
    let lower = text.to_lowercase();
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    IN_TEXTS.into_iter().find(|(phrase, _)| {
        let text = if phrase.contains(char::is_uppercase) { text } else { &lower };
        text.match_indices(phrase).any(|(at, _)| {
            let (before, rest) = text.split_at(at);
            let (_, after) = rest.split_at(phrase.len());
            !before.ends_with(is_letter) && !after.starts_with(is_letter)
        })
    })
}

#[test]
fn names_are_in_the_fields_words() {
    complain(everything(), |(path, text)| {
        let tokens = tokens(&text);
        let found = definitions(&tokens);
        let wrong = found.iter().filter_map(|item| {
            let instead = wrong_name(item)?;
            let (line, keyword, name) = (item.line, item.keyword, item.name);
            Some(format!("{}:{line}: {keyword} {name}: {instead}", path.display()))
        });
        let wrong: Vec<_> = wrong.collect();
        (!wrong.is_empty()).then(|| wrong.join("\n"))
    });
}

#[test]
fn texts_are_in_the_fields_words() {
    let mut wrong = Vec::new();
    let mut check = |place: String, text: &str| {
        if let Some((phrase, instead)) = wrong_phrase(text) {
            wrong.push(format!("{place}: {phrase} (write: {instead})"));
        }
    };
    for (path, text) in without_tests() {
        for (line, token) in tokens_without_tests(&text) {
            // A string that goes on in the next line is one text.
            if let Token::Text(literal) = token {
                check(format!("{}:{line}", path.display()), &joined(literal));
            }
        }
        if path.starts_with("crates/rules/src/catalog") {
            let manual = text.lines().map_while(|line| line.strip_prefix("//!"));
            check(format!("{}: its manual", path.display()), &manual.collect::<String>());
        }
    }
    for (path, text) in pages() {
        for (line, text) in (1..).zip(text.lines()) {
            check(format!("{}:{line}", path.display()), text);
        }
    }
    for (path, text) in fixtures() {
        let headings = (1..).zip(text.lines()).filter(|(_, line)| line.starts_with('#'));
        headings.for_each(|(line, text)| check(format!("{}:{line}", path.display()), text));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The content of a literal without its line ends and the indentation behind them.
fn joined(literal: &str) -> String {
    literal.split("\\\n").map(str::trim_start).collect()
}

#[test]
fn a_type_name_has_one_meaning() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in without_tests() {
        let tokens = tokens_without_tests(&text);
        for item in definitions(&tokens).iter().filter(|item| item.is_type()) {
            let place = format!("{}:{}", path.display(), item.line);
            places.entry(item.name.to_owned()).or_default().push(place);
        }
    }
    complain(places, |(name, places)| {
        let is_shared = places.len() > 1 && !SHARED.contains(&&*name);
        is_shared.then(|| format!("{name}: {}", places.join(", ")))
    });
}

#[test]
fn this_folder_is_checked_too() {
    assert!(everything().keys().any(|path| path.starts_with(TABLES)));
}

#[test]
fn an_identifier_falls_into_its_words() {
    assert_eq!(words("TLSRefusal_of_K8sAPI"), ["tls", "refusal", "of", "k8s", "api"]);
    assert_eq!(words("told_you"), ["told", "you"]);
}

#[test]
fn a_phrase_is_found_only_as_whole_words() {
    assert!(wrong_phrase("Nobody knows").is_some());
    assert_eq!(wrong_phrase("recommendation, before_you_act, what it explains"), None);
    assert!(wrong_phrase("It explains").is_some());
}
