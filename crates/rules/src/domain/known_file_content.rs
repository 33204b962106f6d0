//! Files of the archive with their own format: their document, or why there is none.

use std::sync::Arc;

use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::model::resource::Document;
use mustknow_cluster::model::snapshot::KnownFileContent;

use crate::terms::context::RuleContext;
use crate::terms::verdict::{Gap, GapKind};

/// The gap of a file with its own format: it was not collected, is damaged, or has not the content
/// that is looked for, and then what it is like.
pub fn known_file_gap(cx: &RuleContext<'_>, file: KnownFile, content: &str) -> Gap {
    let path = file.usual_path();
    let gap = match cx.known_file(file) {
        Some(KnownFileContent::Damaged(path, why)) => {
            Gap::new(GapKind::Damaged, format!("{path}: {why}"))
        }
        Some(KnownFileContent::Read(document)) => {
            Gap::new(GapKind::FieldAbsent, format!("{}: {content}", document.path))
        }
        None if cx.coverage().is_truncated() => {
            Gap::new(GapKind::Truncated, format!("{path}: cut off"))
        }
        None => Gap::new(GapKind::NotCollected, format!("{path}: not collected")),
    };
    gap.command("oc adm must-gather")
}

/// A file with its own format, if it was collected and can be read.
pub fn read_known_file<'s>(cx: &RuleContext<'s>, file: KnownFile) -> Option<&'s Arc<Document>> {
    match cx.known_file(file) {
        Some(KnownFileContent::Read(document)) => Some(document),
        Some(KnownFileContent::Damaged(..)) | None => None,
    }
}
