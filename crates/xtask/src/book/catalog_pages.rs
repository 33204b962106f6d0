//! The pages that list rules: the index with its filters and its search, and one page for each area.

use mustknow_rules::{Role, Rule, Severity};

use super::html::{escape, marks, page};
use super::markdown;
use crate::rule_areas::RuleArea;

const SCRIPT: &str = include_str!("book.js");

/// The index of every rule.
pub(super) fn index(areas: &[RuleArea]) -> String {
    let rules = || areas.iter().flat_map(|area| area.rules);
    let mut tags: Vec<_> = rules().flat_map(|rule| rule.meta.tags()).collect();
    tags.retain(|tag| !ROLES.iter().any(|role| role.as_str() == *tag));
    tags.sort_unstable();
    tags.dedup();
    let names: Vec<_> = areas.iter().map(|area| area.name).collect();
    let filters = [
        select("area", &names),
        select("severity", &Severity::ALL.map(Severity::as_str)),
        select("role", &ROLES.map(Role::as_str)),
        select("tag", &tags),
    ];
    let body = format!(
        "<h1>Rules</h1>\n<form id=\"filters\">\n<label>search \
         <input type=\"search\" name=\"search\" autofocus></label>\n{}</form>\n\
         <p><output id=\"count\">{} rules</output></p>\n{}\
         <h2>Areas</h2>\n<dl>\n{}</dl>\n<script>\n{SCRIPT}</script>\n",
        filters.concat(),
        rules().count(),
        table(rules(), ""),
        areas.iter().map(area_entry).collect::<String>(),
    );
    page("All rules", "", &body)
}

/// The page of one area.
pub(super) fn area_page(area: &RuleArea) -> String {
    let RuleArea { name, description, rules } = area;
    let description = markdown::render(description, |_| None);
    let body = format!("<h1>{}</h1>\n{description}{}", escape(name), table(rules.iter(), "../"));
    page(name, "../", &body)
}

const ROLES: [Role; 3] = [Role::Cause, Role::Symptom, Role::Context];

fn select(name: &str, words: &[&str]) -> String {
    let option = |word: &&str| format!("<option>{}</option>", escape(word));
    let options: String = words.iter().map(option).collect();
    format!(
        "<label>{name} <select name=\"{name}\"><option value=\"\">any</option>{options}</select>\
         </label>\n"
    )
}

fn table<'r>(rules: impl Iterator<Item = &'r Rule>, root: &str) -> String {
    let rows: String = rules.map(|rule| row(rule, root)).collect();
    format!(
        "<table>\n<thead><tr><th>rule</th><th>title</th><th>severity, role, tags</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n"
    )
}

/// The row of a rule, with what the filters and the search compare.
fn row(rule: &Rule, root: &str) -> String {
    let meta = &rule.meta;
    let text = format!("{} {} {}", meta.id, meta.title, rule.manual()).to_lowercase();
    let text: Vec<_> = text.split_whitespace().collect();
    format!(
        "<tr data-area=\"{}\" data-severity=\"{}\" data-role=\"{}\" data-tag=\"{}\" \
         data-text=\"{}\"><td><a href=\"{root}rules/{id}.html\">{id}</a></td><td>{}</td><td>{}</td></tr>\n",
        escape(meta.area()),
        meta.severity,
        meta.role.as_str(),
        escape(&meta.tags().join(" ")),
        escape(&text.join(" ")),
        escape(meta.title),
        marks(rule, root),
        id = escape(meta.id),
    )
}

fn area_entry(area: &RuleArea) -> String {
    let (name, count) = (escape(area.name), area.rules.len());
    format!(
        "<dt><a href=\"areas/{name}.html\">{name}</a> ({count})</dt><dd>{}</dd>\n",
        markdown::render(&area.description, |_| None)
    )
}
