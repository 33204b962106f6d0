//! The commands of `oc adm`.

use super::call::{Call, who_can};

/// Commands that `kubectl` has under its own name.
const SAME: [&str; 5] = ["certificate", "cordon", "drain", "taint", "uncordon"];
/// What `kubectl top` knows.
const TOP: [&str; 6] = ["no", "node", "nodes", "po", "pod", "pods"];
const NAMESPACES: [&str; 3] = ["namespace", "namespaces", "ns"];

/// Flags of `oc adm node-logs` and of journalctl. A flag without a counterpart shapes the output.
const JOURNAL: [(&str, &str); 10] = [
    ("-u", "-u"),
    ("--unit", "-u"),
    ("--since", "--since="),
    ("--until", "--until="),
    ("--tail", "-n"),
    ("-g", "-g"),
    ("--grep", "-g"),
    ("--boot", "-b"),
    ("-o", "-o"),
    ("--output", "-o"),
];

/// What does the same as `oc adm` with these words; None if nothing does.
pub(super) fn plain(call: &Call<'_, '_>) -> Option<Vec<String>> {
    let (verb, args) = call.args.split_first()?;
    let call = Call { global: call.global, args };
    match &**verb {
        verb if SAME.contains(&verb) => Some(same(verb, &call)),
        "top" => {
            let what = args.iter().find(|word| !word.starts_with('-'));
            what.is_none_or(|what| TOP.contains(&&**what)).then(|| same("top", &call))
        }
        "must-gather" => must_gather(&call),
        "inspect" => inspect(&call),
        "node-logs" => Some(node_logs(&call)),
        "policy" => who_can(&call),
        "new-project" => Some(call.kubectl(&["create", "namespace", args.first()?])),
        _ => None,
    }
}

fn same(verb: &str, call: &Call<'_, '_>) -> Vec<String> {
    let mut words = call.kubectl(&[verb]);
    words.extend(call.args.iter().map(ToString::to_string));
    words
}

/// A dump has events, services, workloads, pods and logs of each namespace, and nodes. What the
/// image of another product gathers has no counterpart.
fn must_gather(call: &Call<'_, '_>) -> Option<Vec<String>> {
    let is_special = |word: &str| {
        word == "--" || ["--image", "--all-images"].iter().any(|flag| word.starts_with(flag))
    };
    let is_plain = !call.args.iter().any(|word| is_special(word));
    is_plain.then(|| dump(call, "--all-namespaces"))
}

fn dump(call: &Call<'_, '_>, namespaces: &str) -> Vec<String> {
    let given = value_of(call, "--dest-dir").unwrap_or_else(|| "<directory>".to_owned());
    let directory = format!("--output-directory={given}");
    call.kubectl(&["cluster-info", "dump", namespaces, &directory])
}

/// The value of a flag, as `--flag=value` or as two words.
fn value_of(call: &Call<'_, '_>, flag: &str) -> Option<String> {
    let mut args = call.args.iter();
    while let Some(word) = args.next() {
        match word.strip_prefix(flag) {
            Some("") => return args.next().map(ToString::to_string),
            Some(value) if value.starts_with('=') => {
                return Some(value.trim_start_matches('=').to_owned());
            }
            _ => {}
        }
    }
    None
}

fn inspect(call: &Call<'_, '_>) -> Option<Vec<String>> {
    let with_value = ["-n", "--namespace", "--since", "--since-time", "--dest-dir"];
    let mut objects = Vec::new();
    let mut scope = Vec::new();
    let mut args = call.args.iter();
    while let Some(word) = args.next() {
        match &**word {
            "-n" | "--namespace" => scope.extend([&**word, args.next()?]),
            "-A" | "--all-namespaces" => scope.push(word),
            flag if with_value.contains(&flag) => drop(args.next()),
            flag if flag.starts_with('-') => {}
            object => objects.push(object),
        }
    }
    let of_namespace = |object: &&str| {
        let (kind, name) = object.split_once('/')?;
        NAMESPACES.contains(&kind).then(|| name.to_owned())
    };
    let names: Vec<_> = objects.iter().filter_map(of_namespace).collect();
    match &*objects {
        [] => None,
        [kind, names @ ..] if NAMESPACES.contains(kind) && !names.is_empty() => {
            Some(dump(call, &format!("--namespaces={}", names.join(","))))
        }
        _ if names.len() == objects.len() => {
            Some(dump(call, &format!("--namespaces={}", names.join(","))))
        }
        _ if !names.is_empty() => None,
        _ => {
            let mut words = call.kubectl(&["get"]);
            let rest = objects.into_iter().chain(scope).chain(["-o", "yaml"]);
            words.extend(rest.map(str::to_owned));
            Some(words)
        }
    }
}

/// The kubelet of a plain cluster serves no journal by default: `NodeLogQuery` is off.
fn node_logs(call: &Call<'_, '_>) -> Vec<String> {
    let mut nodes = Vec::new();
    let mut flags = Vec::new();
    let mut path = None;
    let mut host = "<node>";
    let mut args = call.args.iter();
    while let Some(word) = args.next() {
        let (flag, given) = match word.split_once('=') {
            Some((flag, value)) if word.starts_with("--") => (flag, Some(value)),
            _ => (&**word, None),
        };
        let known = JOURNAL.iter().find(|(name, _)| *name == flag);
        let takes_value = known.is_some() || matches!(flag, "--role" | "--path" | "-l");
        let value = match given {
            None if takes_value => args.next().map_or("", |word| word),
            given => given.unwrap_or_default(),
        };
        match (known, flag) {
            (Some((_, plain)), _) if plain.ends_with('=') => flags.push(format!("{plain}{value}")),
            (Some((_, plain)), _) => flags.push(format!("{plain} {value}")),
            (None, "--role") if value != "worker" => host = "<control-plane node>",
            (None, "--path") => path = Some(value),
            (None, flag) if flag.starts_with('-') => {}
            (None, node) => nodes.push(node),
        }
    }
    if let [node] = *nodes {
        host = node;
    }
    let mut words = vec!["ssh".to_owned(), host.to_owned()];
    match path {
        Some(path) if path.is_empty() || path.ends_with('/') => {
            words.push(format!("ls /var/log/{}", path.trim_start_matches('/')));
        }
        Some(path) => words.push(format!("cat /var/log/{path}")),
        None => {
            words.push("journalctl".to_owned());
            words.extend(flags);
        }
    }
    words
}
