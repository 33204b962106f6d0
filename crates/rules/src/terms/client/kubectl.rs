//! The commands of `oc`, and what does the same with `kubectl`.

use std::borrow::Cow;

use super::admin;
use super::call::{Call, who_can};

/// Commands that `oc` took over from `kubectl`, with the same flags.
///
/// Source: openshift/oc `pkg/cli/kubectlwrappers/wrappers.go`.
const SAME: [&str; 34] = [
    "annotate",
    "api-resources",
    "api-versions",
    "apply",
    "attach",
    "auth",
    "autoscale",
    "cluster-info",
    "completion",
    "config",
    "cp",
    "create",
    "delete",
    "describe",
    "diff",
    "edit",
    "events",
    "exec",
    "explain",
    "expose",
    "get",
    "kustomize",
    "label",
    "logs",
    "options",
    "patch",
    "plugin",
    "port-forward",
    "proxy",
    "replace",
    "rollout",
    "run",
    "scale",
    "set",
];
/// More of them: they do not fit the list because they are also words of the language.
const SAME_TOO: [&str; 2] = ["version", "wait"];

/// Subcommands that only `oc` has: `oc create route`, `oc rollout latest`, ...
const ONLY_OC: [(&str, &[&str]); 4] = [
    (
        "create",
        &[
            "build",
            "clusterresourcequota",
            "deploymentconfig",
            "identity",
            "imagestream",
            "imagestreamtag",
            "route",
            "user",
            "useridentitymapping",
        ],
    ),
    ("rollout", &["cancel", "latest", "retry"]),
    (
        "set",
        &[
            "build-hook",
            "build-secret",
            "data",
            "deployment-hook",
            "image-lookup",
            "probe",
            "route-backends",
            "triggers",
            "volume",
            "volumes",
        ],
    ),
    // `oc expose service` makes a Route.
    ("expose", &["service", "services", "svc"]),
];

/// Flags before the command whose value is the next word.
const GLOBAL_WITH_VALUE: [&str; 8] =
    ["-n", "--namespace", "--context", "--kubeconfig", "--as", "--cluster", "-s", "--server"];

/// What does the same as `oc` with these words; None if nothing does.
pub(super) fn plain(words: &[Cow<'_, str>]) -> Option<Vec<String>> {
    let command = command_at(words);
    let (global, rest) = words.split_at_checked(command)?;
    let Some((verb, args)) = rest.split_first() else { return Some(vec!["kubectl".to_owned()]) };
    let call = Call { global, args };
    match &**verb {
        "adm" => admin::plain(&call),
        "rsh" => rsh(&call),
        "debug" => debug(&call),
        "whoami" => whoami(&call),
        "policy" => who_can(&call),
        "project" | "new-project" => project(verb, &call),
        "extract" => extract(&call),
        "image" => image(&call),
        verb if is_same(verb) => same(verb, &call),
        _ => None,
    }
}

/// Whether `kubectl` has the command of that name.
fn is_same(verb: &str) -> bool {
    SAME.contains(&verb) || SAME_TOO.contains(&verb)
}

/// Where the command is, after the flags that may precede it.
fn command_at(words: &[Cow<'_, str>]) -> usize {
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| word.starts_with('-')) {
        at += if GLOBAL_WITH_VALUE.contains(&&**word) { 2 } else { 1 };
    }
    at.min(words.len())
}

fn same(verb: &str, call: &Call<'_, '_>) -> Option<Vec<String>> {
    let first = call.args.iter().find(|word| !word.starts_with('-')).map(|word| &**word);
    let is_only_oc = ONLY_OC.iter().any(|(command, subcommands)| {
        *command == verb
            && first.is_some_and(|first| {
                subcommands.iter().any(|sub| {
                    first == *sub || first.strip_prefix(sub).is_some_and(|it| it.starts_with('/'))
                })
            })
    });
    let mut words = call.kubectl(&[verb]);
    words.extend(call.args.iter().map(ToString::to_string));
    (!is_only_oc).then_some(words)
}

/// `oc rsh` runs a shell, or the command that follows the pod without `--`.
fn rsh(call: &Call<'_, '_>) -> Option<Vec<String>> {
    let mut flags = Vec::new();
    let mut shell = "sh";
    let mut is_interactive = false;
    let mut args = call.args.iter();
    let pod = loop {
        let word = &**args.next()?;
        match word {
            "-n" | "--namespace" | "-c" | "--container" => flags.extend([word, args.next()?]),
            "-t" | "--tty" => is_interactive = true,
            "-T" | "--no-tty" => {}
            "--timeout" => drop(args.next()?),
            "--shell" => shell = args.next()?,
            _ if word.starts_with("--shell=") => shell = word.trim_start_matches("--shell="),
            _ if word.starts_with("--timeout=") => {}
            _ if word.starts_with('-') => flags.push(word),
            pod => break pod,
        }
    };
    let command: Vec<_> = args.map(|word| &**word).collect();
    let is_shell = matches!(*command, [] | ["sh" | "bash" | "/bin/sh" | "/bin/bash"]);
    let mut words = call.kubectl(&["exec"]);
    let mut add = |more: &[&str]| words.extend(more.iter().map(|word| (*word).to_owned()));
    add(if is_shell || is_interactive { &["-it"] } else { &[] });
    add(&flags);
    add(&[pod, "--"]);
    add(if command.is_empty() { std::slice::from_ref(&shell) } else { &command });
    Some(words)
}

/// `oc debug node/x` runs privileged and mounts the host at `/host`; so does the profile
/// `sysadmin` of `kubectl debug`, and the default profile does not run privileged.
///
/// Source: kubernetes/kubectl `pkg/cmd/debug/profiles.go`.
fn debug(call: &Call<'_, '_>) -> Option<Vec<String>> {
    let end = call.args.iter().position(|word| word == "--").unwrap_or(call.args.len());
    let (before, command) = call.args.split_at_checked(end)?;
    let mut flags = Vec::new();
    let mut image = "--image=busybox".to_owned();
    let mut target = None;
    let mut args = before.iter();
    while let Some(word) = args.next() {
        match word.split_once('=').unwrap_or((word, "")) {
            ("-n" | "--namespace" | "--to-namespace", value) => {
                let value = if value.is_empty() { &**args.next()? } else { value };
                flags.push(format!("-n {value}"));
            }
            ("-c" | "--container", _) => return None,
            ("--image", value) if !value.is_empty() => image = word.to_string(),
            (flag, _) if flag.starts_with('-') => {}
            _ => target = Some(&**word),
        }
    }
    let target = target?;
    let is_node = ["node/", "nodes/", "no/"].iter().any(|kind| target.starts_with(kind));
    let pod = target.strip_prefix("pod/").or_else(|| (!target.contains('/')).then_some(target));
    let mut words = match pod {
        _ if is_node => call.kubectl(&["debug", target, "-it", "--profile=sysadmin"]),
        Some(pod) => call.kubectl(&["debug", pod, "-it", &format!("--copy-to={pod}-debug")]),
        None => return None,
    };
    words.push(image);
    words.extend(flags);
    words.extend(command.iter().map(ToString::to_string));
    Some(words)
}

fn whoami(call: &Call<'_, '_>) -> Option<Vec<String>> {
    match call.args.first().map(|word| &**word) {
        None => Some(call.kubectl(&["auth", "whoami"])),
        Some("-c" | "--show-context") => Some(call.kubectl(&["config", "current-context"])),
        Some("--show-server") => Some(call.kubectl(&["cluster-info"])),
        Some(_) => None,
    }
}

fn project(verb: &str, call: &Call<'_, '_>) -> Option<Vec<String>> {
    let name = call.args.iter().find(|word| !word.starts_with('-'))?;
    Some(if verb == "project" {
        let namespace = format!("--namespace={name}");
        call.kubectl(&["config", "set-context", "--current", &namespace])
    } else {
        call.kubectl(&["create", "namespace", name])
    })
}

/// `oc extract` decodes what `kubectl get` shows encoded.
fn extract(call: &Call<'_, '_>) -> Option<Vec<String>> {
    let object = call.args.iter().find(|word| !word.starts_with('-'))?;
    let at = call.args.iter().position(|word| matches!(&**word, "-n" | "--namespace"));
    let namespace = at.and_then(|at| call.args.get(at + 1));
    let mut words = call.kubectl(&["get", object]);
    words.extend(namespace.iter().flat_map(|name| ["-n".to_owned(), name.to_string()]));
    words.extend(["-o", "yaml"].map(str::to_owned));
    Some(words)
}

/// `oc image info` reads a registry, which `kubectl` does not.
fn image(call: &Call<'_, '_>) -> Option<Vec<String>> {
    let (what, rest) = call.args.split_first()?;
    let image = rest.iter().find(|word| !word.starts_with('-'))?;
    let words = ["skopeo".to_owned(), "inspect".to_owned(), format!("docker://{image}")];
    (what == "info").then(|| words.to_vec())
}
