//! The rules, as a list and one by one.

use std::io::{self, Write};

use mustknow_rules::engine::manual;
use mustknow_rules::{Need, Rule};

/// Writes a line for each rule.
pub fn list(rules: &[Rule], out: &mut dyn Write) -> io::Result<()> {
    let width = rules.iter().map(|rule| rule.meta.id.len()).max().unwrap_or(0);
    for rule in rules {
        let meta = rule.meta;
        writeln!(
            out,
            "{:<width$}  {:<8}  {:<7}  {}",
            meta.id,
            meta.severity,
            meta.role.word(),
            meta.title
        )?;
    }
    Ok(())
}

/// Writes the manual of one rule.
pub fn explain(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{}", page(rule, "#"))
}

/// Every rule on one Markdown page, each with the description of its signals.
pub fn document(
    rules: &[Rule],
    signals: impl Fn(&Rule) -> String,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "# Rules\n")?;
    writeln!(out, "Written by `cargo rule-docs` from the rules themselves; a test compares.\n")?;
    writeln!(out, "| rule | severity | role | this cluster has |\n|---|---|---|---|")?;
    for rule in rules {
        let meta = rule.meta;
        let anchor = meta.id.replace('/', "");
        let (severity, role) = (meta.severity, meta.role.word());
        writeln!(out, "| [{}](#{anchor}) | {severity} | {role} | {} |", meta.id, meta.title)?;
    }
    for rule in rules {
        write!(out, "\n{}", page(rule, "##"))?;
        let signals = signals(rule);
        if !signals.is_empty() {
            write!(out, "\n### Signal\n\n{signals}")?;
        }
    }
    Ok(())
}

/// The manual of one rule under a heading of the given level.
fn page(rule: &Rule, level: &str) -> String {
    let meta = rule.meta;
    let scope = meta.scope;
    let mut text = format!("{level} {}\n\n", meta.id);
    text.push_str(&format!("{}, {}, for {scope}.", meta.severity, meta.role.word()));
    text.push_str(&format!(" Tags: {}.", meta.tags().join(", ")));
    text.push_str(&reads("Needs", meta.needs));
    text.push_str(&reads("Reads when there", meta.uses));
    text.push_str("\n\n");
    for line in manual::of(rule).lines() {
        match line.strip_prefix("# ") {
            Some(heading) => text.push_str(&format!("{level}# {heading}")),
            None => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

fn reads(what: &str, needs: &[Need]) -> String {
    let names: Vec<_> = needs
        .iter()
        .map(|need| match need {
            Need::Kind(kind) => kind.qualified(),
            Need::Certificates(kind) => format!("certificates in {}", kind.plural),
            Need::ConfigMap(namespace, name) => format!("configmap {namespace}/{name}"),
            Need::KnownFile(known_file) => known_file.usual_path().to_owned(),
            Need::Log(pattern) if pattern.namespace.is_empty() => {
                format!("the journal of {}", pattern.container)
            }
            Need::Log(pattern) => format!("logs of {}", pattern.namespace),
        })
        .collect();
    let mut unique: Vec<String> = Vec::new();
    for name in names {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    if unique.is_empty() { String::new() } else { format!(" {what}: {}.", unique.join(", ")) }
}
