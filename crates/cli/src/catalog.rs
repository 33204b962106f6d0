//! `mustknow rules`.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use mustknow_report::rules;
use mustknow_rules::{Rule, catalog};

use crate::args::Rules;
use crate::{CLEAN, FAILED, output};

pub(crate) fn run(args: &Rules) -> io::Result<u8> {
    let mut out = BufWriter::new(io::stdout().lock());
    if let Some(id) = &args.id {
        let Some(rule) = catalog::find(id) else {
            output::warn(&format!("there is no rule {id}; `mustknow rules` lists them"));
            return Ok(FAILED);
        };
        rules::explain(rule, &mut out)?;
    } else {
        let known = || catalog::all().iter();
        let areas = known().map(|rule| rule.meta.area()).collect();
        let tags = known().flat_map(|rule| rule.meta.tags()).collect();
        if !are_known("area", &args.area, &areas) || !are_known("tag", &args.tag, &tags) {
            return Ok(FAILED);
        }
        let chosen: Vec<Rule> = known().filter(|rule| is_chosen(args, rule)).copied().collect();
        if chosen.is_empty() {
            output::warn("no rule is all of that; `mustknow rules` lists them");
            return Ok(FAILED);
        }
        rules::list(&chosen, &mut out)?;
    }
    out.flush()?;
    Ok(CLEAN)
}

fn is_chosen(args: &Rules, rule: &Rule) -> bool {
    let meta = rule.meta;
    let tags = meta.tags();
    (args.area.is_empty() || args.area.iter().any(|area| area == meta.area()))
        && args.severity.is_none_or(|least| meta.severity >= least)
        && args.tag.iter().all(|tag| tags.contains(&tag.as_str()))
}

/// Whether all that were asked for exist; says which does not, and what there is.
fn are_known(what: &str, asked: &[String], known: &BTreeSet<&str>) -> bool {
    let Some(stranger) = asked.iter().find(|asked| !known.contains(asked.as_str())) else {
        return true;
    };
    let known: Vec<_> = known.iter().copied().collect();
    output::warn(&format!("there is no {what} {stranger}; there are {}", known.join(", ")));
    false
}
