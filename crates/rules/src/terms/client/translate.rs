//! Translates shell lines and sentences for the client of a platform.
//!
//! Sources: kubernetes/kubectl `pkg/cmd/cmd.go`; openshift/oc `pkg/cli/cli.go`,
//! `pkg/cli/admin/admin.go`.

use std::borrow::Cow;

use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds;
use mustknow_cluster::model::platform::Platform;

use super::shell::{Part, parts, slice, substitutions, words};
use super::{kubectl, places, prose};
use crate::terms::command::Command;

/// Longer lines are no commands of a rule.
const LENGTH_LIMIT: usize = 4 << 10;
/// How deep substitutions are translated. What is deeper stays, so that a name out of an archive
/// costs nothing.
const DEPTH_LIMIT: usize = 4;

/// Words that may precede a command.
const PREFIXES: [&str; 13] =
    ["!", "$", "{", "do", "else", "exec", "if", "nohup", "sudo", "then", "time", "until", "while"];
/// Programs that run the command in their arguments.
const RUNNERS: [&str; 5] = ["env", "nice", "timeout", "watch", "xargs"];

/// Programs that take a command line as one word, besides those.
const SHELLS: [&str; 3] = ["bash", "sh", "ssh"];

/// Parts of words that only OpenShift and its nodes have.
const ONLY_OPENSHIFT: [&str; 5] =
    ["openshift", "ostree", "machine-config-daemon", "static-pod-resources", "cluster-backup.sh"];
/// Groups of the platform, as far as commands spell them out.
const ONLY_OPENSHIFT_GROUPS: [&str; 2] = ["config", "operator"];
/// Names of resources that only OpenShift has, besides those of the kinds that rules read.
const ONLY_OPENSHIFT_RESOURCES: [&str; 25] = [
    "bc",
    "buildconfig",
    "buildconfigs",
    "clusterautoscaler",
    "clusterautoscalers",
    "co",
    "consolenotifications",
    "consoleplugins",
    "dc",
    "deploymentconfig",
    "deploymentconfigs",
    "imagestream",
    "imagestreams",
    "is",
    "machineautoscalers",
    "mc",
    "mcp",
    "oauthclient",
    "oauthclients",
    "project",
    "projects",
    "provisioning",
    "scc",
    "securitycontextconstraints",
    "users",
];

/// The command line for the client of that platform. A command without a plain form stays as it is.
pub fn command_for(platform: Platform, command: &str) -> Cow<'_, str> {
    match platform {
        Platform::OpenShift => Cow::Borrowed(command),
        // `kubectl` works on OpenShift as well.
        Platform::Kubernetes | Platform::Unknown => {
            plain_line(command, 0).map_or(Cow::Borrowed(command), Cow::Owned)
        }
    }
}

/// Words commands for the client of that platform, without those that a plain cluster does not have.
pub fn word_commands(platform: Platform, commands: &mut Vec<Command>) {
    if platform == Platform::Kubernetes {
        commands.retain(|command| plain_line(command.as_str(), 0).is_some());
    }
    for command in commands {
        command.reword(|text| command_for(platform, text).into_owned());
    }
}

/// A text with the commands in it for the client of that platform, and for plain clusters without
/// the sentences that begin with "On OpenShift".
pub fn prose_for(platform: Platform, text: &str) -> Cow<'_, str> {
    match platform {
        Platform::OpenShift => Cow::Borrowed(text),
        Platform::Unknown => prose::plain(text, |line| plain_line(line, 0)),
        Platform::Kubernetes => {
            let text = prose::without_openshift(text);
            Cow::Owned(prose::plain(&text, |line| plain_line(line, 0)).into_owned())
        }
    }
}

/// Whether a plain cluster has a command that does the same, about resources that it has.
pub fn has_plain_form(command: &str) -> bool {
    plain_line(command, 0).is_some_and(|plain| !is_only_of_openshift(&plain))
}

/// The line with every command of `oc` translated; None if one has no plain form.
fn plain_line(line: &str, depth: usize) -> Option<String> {
    if line.len() > LENGTH_LIMIT {
        return None;
    }
    let mut plain = String::with_capacity(line.len());
    for part in parts(line) {
        match part {
            Part::Between(text) => plain.push_str(text),
            Part::Command(command) => plain.push_str(&plain_command(command, depth)?),
        }
    }
    Some(plain)
}

fn plain_command(command: &str, depth: usize) -> Option<Cow<'_, str>> {
    if !command.contains("oc") || depth > DEPTH_LIMIT {
        return Some(Cow::Borrowed(command));
    }
    let words = words(command);
    let plain_words = |words: &[&str]| -> Option<Vec<String>> {
        let is_line = words
            .first()
            .is_some_and(|program| RUNNERS.contains(program) || SHELLS.contains(program));
        let plain = |word: &&str| match quoted_line(word).filter(|_| is_line) {
            Some((quote, line)) => Some(format!("{quote}{}{quote}", plain_line(line, depth + 1)?)),
            None => plain_word(word, depth),
        };
        words.iter().map(plain).collect()
    };
    let Some(client) = client_at(&words) else { return in_place(command, &plain_words(&words)?) };
    let (before, rest) = words.split_at_checked(client)?;
    let args = plain_words(rest.get(1..)?)?;
    let end = args.iter().position(|word| is_redirection(word)).unwrap_or(args.len());
    let (args, after) = args.split_at_checked(end)?;
    let args = args.iter().map(|word| Cow::Borrowed(&**word)).collect();
    let plain = kubectl::plain(&places::replaced(args))?;
    let before = before.iter().copied();
    let all = before.chain(plain.iter().map(|it| &**it)).chain(after.iter().map(|it| &**it));
    Some(Cow::Owned(all.collect::<Vec<_>>().join(" ")))
}

/// A command with other words and the same blanks.
fn in_place<'t>(command: &'t str, plain: &[String]) -> Option<Cow<'t, str>> {
    let mut text = String::with_capacity(command.len());
    let mut rest = command;
    for (word, plain) in words(command).into_iter().zip(plain) {
        let (blanks, after) = rest.split_once(word)?;
        text.push_str(blanks);
        text.push_str(plain);
        rest = after;
    }
    Some(Cow::Owned(text + rest))
}

/// Where `oc` stands as the program of a command.
fn client_at(words: &[&str]) -> Option<usize> {
    let is_prefix = |word: &str| {
        let is_assignment = word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        });
        PREFIXES.contains(&word) || is_assignment
    };
    let first = words.iter().position(|word| !is_prefix(word))?;
    let program = *words.get(first)?;
    if RUNNERS.contains(&program) {
        return words.iter().position(|word| *word == "oc");
    }
    (program == "oc").then_some(first)
}

/// A command line of `oc` in quotes: the quote, and what it encloses.
fn quoted_line(word: &str) -> Option<(char, &str)> {
    let inside = |quote: char| {
        let line = word.strip_prefix(quote)?.strip_suffix(quote)?;
        line.starts_with("oc ").then_some((quote, line))
    };
    inside('\'').or_else(|| inside('"'))
}

/// A word with the commands in its substitutions translated.
fn plain_word(word: &str, depth: usize) -> Option<String> {
    let mut plain = String::with_capacity(word.len());
    let mut at = 0;
    for (start, inner) in substitutions(word) {
        plain.push_str(slice(word, at, start));
        plain.push_str(&plain_line(inner, depth + 1)?);
        at = start + inner.len();
    }
    plain.push_str(slice(word, at, word.len()));
    Some(plain)
}

/// Whether a word begins a redirection or a comment, after which there are no arguments.
fn is_redirection(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_input =
        word.strip_prefix('<').is_some_and(|rest| !rest.starts_with(char::is_alphabetic));
    word.starts_with(['>', '#']) || is_input || word.starts_with("&>")
}

/// Whether a translated line is about something that only OpenShift has.
fn is_only_of_openshift(plain: &str) -> bool {
    let commands = parts(plain).into_iter().filter_map(|part| match part {
        Part::Command(command) => Some(command),
        Part::Between(_) => None,
    });
    ONLY_OPENSHIFT.iter().any(|text| plain.contains(text))
        || commands.into_iter().any(|command| {
            let words = words(command);
            let resources = resources(&words);
            resources.into_iter().any(is_openshift_resource)
        })
}

/// The resources that a command of `kubectl` names: `pods,nodes`, `node/a`.
fn resources<'t>(words: &[&'t str]) -> Vec<&'t str> {
    let Some(("kubectl", args)) = words.split_first().map(|(program, args)| (*program, args))
    else {
        return Vec::new();
    };
    let mut names = args.iter().filter(|word| !word.starts_with('-'));
    let verb = names.next().copied().unwrap_or_default();
    if matches!(
        verb,
        "logs" | "exec" | "debug" | "cluster-info" | "auth" | "config" | "certificate"
    ) {
        return Vec::new();
    }
    let of = |word: &'t str| word.split(',').map(|name| name.split('/').next().unwrap_or_default());
    names.next().copied().map(of).into_iter().flatten().collect()
}

/// Of names that several groups have, kubectl takes the one that Kubernetes itself has.
fn is_openshift_resource(name: &str) -> bool {
    let called = || {
        let is_called = |kind: &&&Kind| kind.plural == name || kind.name.eq_ignore_ascii_case(name);
        kinds::ALL.iter().filter(is_called)
    };
    let group = name.split_once('.').map(|(_, group)| group);
    ONLY_OPENSHIFT_RESOURCES.contains(&name)
        || group.is_some_and(|group| ONLY_OPENSHIFT_GROUPS.contains(&group))
        || called().next().is_some() && called().all(|kind| kind.group.ends_with("openshift.io"))
}
