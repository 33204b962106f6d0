//! Storage kinds of which a must-gather has no file if no object exists.
//!
//! Source: openshift/must-gather `collection-scripts/gather` collects the storage kinds with one
//! command; openshift/oc `pkg/cli/admin/inspect` writes each object to its own file.

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{CSI_NODE, STORAGE_CLASS};
use mustknow_cluster::model::resource::Resource;

use crate::terms::context::RuleContext;
use crate::terms::finding::Finding;
use crate::terms::verdict::{Checked, Gap, Judged, NotJudged, not_applicable};

/// What is found of each object of a storage kind. Without any, the rule does not apply if kinds
/// that are collected together with it are in the archive, and otherwise it is unknown whether
/// there are some. Reads `StorageClasses` and `CSINodes`.
pub fn each_storage_object<'s>(
    cx: &RuleContext<'s>,
    kind: &'static Kind,
    judge: impl Fn(&'s Resource) -> Result<Option<Finding>, NotJudged>,
) -> Judged {
    Checked::each(objects(cx, kind)?, judge)
}

fn objects<'s>(cx: &RuleContext<'s>, kind: &'static Kind) -> Result<&'s [Resource], NotJudged> {
    let state = cx.coverage().of_kind(kind);
    match state {
        CoverageState::Collected(_) | CoverageState::Empty => Ok(cx.of_kind(kind)),
        CoverageState::Absent
            if [&STORAGE_CLASS, &CSI_NODE].iter().any(|with| is_collected(cx, with)) =>
        {
            Err(not_applicable(format!("no {} in the archive", kind.name)))
        }
        state => Err(Gap::kind(kind, &state).into()),
    }
}

fn is_collected(cx: &RuleContext<'_>, kind: &Kind) -> bool {
    !cx.coverage().is_truncated()
        && matches!(cx.coverage().of_kind(kind), CoverageState::Collected(_))
}
