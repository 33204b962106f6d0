//! Commands inside of sentences: in backticks as a whole, elsewhere by their first words.

use std::borrow::Cow;

/// What the commands of `oc` that have another name are called; the words after `oc`.
const CALLED: [(&str, &str); 14] = [
    ("adm certificate", "kubectl certificate"),
    ("adm cordon", "kubectl cordon"),
    ("adm drain", "kubectl drain"),
    ("adm inspect", "kubectl cluster-info dump"),
    ("adm must-gather", "kubectl cluster-info dump"),
    ("adm node-logs", "journalctl"),
    ("adm taint", "kubectl taint"),
    ("adm top", "kubectl top"),
    ("adm uncordon", "kubectl uncordon"),
    ("debug", "kubectl debug"),
    ("rsh", "kubectl exec"),
    ("whoami", "kubectl auth whoami"),
    ("project", "kubectl config set-context"),
    ("new-project", "kubectl create namespace"),
];
/// First words of commands that have no plain form; they stay.
const ONLY_OC: [&str; 8] =
    ["adm", "import-image", "image", "login", "new-app", "process", "registry", "start-build"];

/// How a sentence begins that holds on OpenShift alone.
const ON_OPENSHIFT: &str = "On OpenShift";

/// A text without its sentences about OpenShift alone.
pub(super) fn without_openshift(text: &str) -> Cow<'_, str> {
    if !text.contains(ON_OPENSHIFT) {
        return Cow::Borrowed(text);
    }
    let sentences = text.split_inclusive(". ").filter(|it| !it.starts_with(ON_OPENSHIFT));
    Cow::Owned(sentences.collect::<String>().trim_end().to_owned())
}

/// A text with its commands translated; `line` translates a whole one.
pub(super) fn plain(text: &str, line: impl Fn(&str) -> Option<String>) -> Cow<'_, str> {
    if !text.contains("oc") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for (at, part) in text.split('`').enumerate() {
        if at > 0 {
            plain.push('`');
        }
        match part {
            _ if at % 2 == 0 => plain.push_str(&sentence(part)),
            "oc" => plain.push_str("kubectl"),
            _ => plain.push_str(&line(part).unwrap_or_else(|| part.to_owned())),
        }
    }
    Cow::Owned(plain)
}

/// A text without backticks.
fn sentence(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("oc") {
        let (before, found) = rest.split_at(at);
        let (name, after) = found.split_at(2);
        plain.push_str(before);
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
        let is_word = !before.ends_with(is_part) && !is_continued(after);
        let (written, used) = if is_word { called(after) } else { (Cow::Borrowed(name), 0) };
        plain.push_str(&written);
        rest = after.split_at_checked(used).map_or(after, |(_, rest)| rest);
    }
    plain + rest
}

/// Whether a word goes on. A full stop ends it, unless a letter follows.
fn is_continued(after: &str) -> bool {
    let mut next = after.chars();
    match next.next() {
        Some('.') => next.next().is_some_and(char::is_alphanumeric),
        Some(c) => c.is_alphanumeric() || matches!(c, '-' | '_' | '/'),
        None => false,
    }
}

/// What `oc` and the words after it are called, and how many bytes of `after` that takes.
fn called(after: &str) -> (Cow<'static, str>, usize) {
    let words = after.strip_prefix(' ').unwrap_or_default();
    let begins = |name: &str| {
        words
            .strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(|c: char| c == '-' || c.is_alphanumeric()))
    };
    if let Some((name, plain)) = CALLED.into_iter().find(|(name, _)| begins(name)) {
        return (Cow::Borrowed(plain), 1 + name.len());
    }
    let first = words.split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default();
    if ONLY_OC.contains(&first) {
        return (Cow::Borrowed("oc"), 0);
    }
    (Cow::Borrowed("kubectl"), 0)
}
