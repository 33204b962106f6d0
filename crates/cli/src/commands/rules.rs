//! `mustknow rules`: lists the rules or explains one.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use mustknow_report::rules;
use mustknow_rules::{Rule, catalog};

use crate::args::RulesArgs;
use crate::exit_code::{CLEAN, FAILED};
use crate::messages;
use crate::suggest::{LIST_RULES, unknown};

pub(crate) fn run(args: &RulesArgs) -> io::Result<u8> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match &args.id {
        Some(id) => find(id).map(|rule| rules::explain(rule, &mut out)),
        None => select(args).map(|selected| rules::list(&selected, &mut out)),
    };
    match written {
        Ok(written) => written?,
        Err(message) => {
            messages::error(&message);
            return Ok(FAILED);
        }
    }
    out.flush()?;
    Ok(CLEAN)
}

fn find(id: &str) -> Result<&'static Rule, String> {
    catalog::find(id).ok_or_else(|| {
        if catalog::all().iter().any(|rule| rule.meta.area() == id) {
            return format!("`{id}` is an area; `mustknow rules --area {id}` lists its rules");
        }
        let ids = catalog::all().iter().map(|rule| rule.meta.id);
        unknown("rule", id, ids, LIST_RULES)
    })
}

/// The rules that all filters match; or which filter names what does not exist.
fn select(args: &RulesArgs) -> Result<Vec<Rule>, String> {
    let all = || catalog::all().iter();
    check("area", &args.area, &all().map(|rule| rule.meta.area()).collect())?;
    check("tag", &args.tag, &all().flat_map(|rule| rule.meta.tags()).collect())?;
    let selected: Vec<_> = all().filter(|rule| is_selected(args, rule)).copied().collect();
    if selected.is_empty() {
        return Err(format!("no rule matches all filters; {LIST_RULES}"));
    }
    Ok(selected)
}

fn is_selected(args: &RulesArgs, rule: &Rule) -> bool {
    let meta = rule.meta;
    let tags = meta.tags();
    (args.area.is_empty() || args.area.iter().any(|area| area == meta.area()))
        && args.severity.is_none_or(|least| meta.severity >= least)
        && args.tag.iter().all(|tag| tags.contains(&tag.as_str()))
}

/// Checks that every name in `typed` is one of `known`.
fn check(what: &str, typed: &[String], known: &BTreeSet<&str>) -> Result<(), String> {
    let Some(name) = typed.iter().find(|name| !known.contains(name.as_str())) else {
        return Ok(());
    };
    let known: Vec<_> = known.iter().copied().collect();
    let hint = format!("{what}s: {}", known.join(", "));
    Err(unknown(what, name, known, &hint))
}
