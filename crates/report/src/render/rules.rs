//! The rules as text: the list of all rules, and the manual of one.

use std::io::{self, Write};

use mustknow_rules::{Need, Rule};

/// Writes one line for each rule.
pub fn list(rules: &[Rule], out: &mut dyn Write) -> io::Result<()> {
    let width = rules.iter().map(|rule| rule.meta.id.len()).max().unwrap_or(0);
    for rule in rules {
        let meta = &rule.meta;
        writeln!(
            out,
            "{:<width$}  {:<8}  {:<7}  {}",
            meta.id,
            meta.severity,
            meta.role.as_str(),
            meta.title
        )?;
    }
    Ok(())
}

/// Writes the manual of one rule, in Markdown.
pub fn explain(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    let meta = &rule.meta;
    writeln!(out, "# {}\n", meta.id)?;
    write!(out, "{}, {}, for {}.", meta.severity, meta.role.as_str(), meta.scope)?;
    write!(out, " Tags: {}.", meta.tags().join(", "))?;
    for (label, sources) in [("Needs", sources(meta.needs())), ("Optional", sources(meta.uses()))] {
        if !sources.is_empty() {
            write!(out, " {label}: {}.", sources.join(", "))?;
        }
    }
    writeln!(out, "\n")?;
    writeln!(out, "{}.\n", rule.heading())?;
    for line in rule.manual().lines() {
        let level = if line.starts_with("# ") { "#" } else { "" };
        writeln!(out, "{level}{line}")?;
    }
    Ok(())
}

/// The data that `needs` name: kinds, files and logs, each once.
pub fn sources(needs: impl Iterator<Item = Need>) -> Vec<String> {
    let mut unique = Vec::new();
    for name in needs.map(source) {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    unique
}

fn source(need: Need) -> String {
    match need {
        Need::Kind(kind) => kind.qualified(),
        Need::Certificates(kind) => format!("certificates in {}", kind.plural),
        Need::ConfigMap(namespace, name) => format!("configmap {namespace}/{name}"),
        Need::KnownFile(known_file) => known_file.usual_path().to_owned(),
        Need::Log(pattern) if pattern.namespace.is_empty() => {
            format!("the journal of {}", pattern.container)
        }
        Need::Log(pattern) => format!("logs of {}", pattern.namespace),
    }
}
