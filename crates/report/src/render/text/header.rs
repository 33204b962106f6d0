//! The head of a report: the verdict, which cluster it is, and when it was gathered.

use super::page::TextPage;
use crate::model::{AsWord, Report};
use crate::render::summary;

/// Writes the head of a report.
pub(super) fn write(report: &Report, page: &mut TextPage) {
    let cluster = &report.cluster;
    let title = page.bold(&report.archive.path);
    page.raw(&format!("{title}\n"));
    field(page, "cluster", &summary::cluster(cluster));
    field(page, "format", &report.archive.format);
    if let Some(root) = summary::only_root(report) {
        field(page, "root folder", root);
    }
    field(page, "gathered", &summary::gathered(cluster));
    if let Some(update) = &cluster.update {
        field(page, update.state.as_str(), &summary::update(update));
    }
    for note in summary::attention(report) {
        field(page, "attention", &note);
    }
    let verdict = page.bold(&summary::verdict(report));
    field(page, "verdict", &verdict);
}

fn field(page: &mut TextPage, name: &str, text: &str) {
    page.wrapped(text, &format!("  {name:<12} "), &" ".repeat(15));
}
