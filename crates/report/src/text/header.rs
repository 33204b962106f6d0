//! What cluster this is, when it was looked at, and how it stands in one line.

use super::page::Page;
use crate::report::Report;
use crate::summary;

/// Writes the head of a report.
pub(super) fn write(report: &Report, page: &mut Page) {
    let cluster = &report.cluster;
    let title = page.bold(&report.archive.path);
    page.raw(&format!("{title}\n"));
    fact(page, "cluster", &summary::cluster(cluster));
    fact(page, "format", &report.archive.format);
    if let Some(root) = summary::only_root(report) {
        fact(page, "files below", root);
    }
    fact(page, "gathered", &summary::gathered(cluster));
    if let Some(update) = &cluster.update {
        fact(page, update.state, &summary::update(update));
    }
    for words in summary::attention(report) {
        fact(page, "attention", &words);
    }
    let verdict = page.bold(&summary::verdict(report));
    fact(page, "verdict", &verdict);
}

fn fact(page: &mut Page, name: &str, words: &str) {
    page.wrapped(words, &format!("  {name:<12} "), &" ".repeat(15));
}
