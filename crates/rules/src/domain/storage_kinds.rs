//! Storage kinds of which a must-gather has no file if no object exists.
//!
//! Source: openshift/must-gather `collection-scripts/gather` collects the storage kinds with one
//! command; openshift/oc `pkg/cli/admin/inspect` writes each object to its own file.

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{CSI_NODE, STORAGE_CLASS};

use crate::engine::context::RuleContext;
use crate::engine::verdict::{Gap, Verdict};

/// The verdict if the archive has no object of a storage kind: not applicable if kinds that are
/// collected together with it are in the archive, otherwise unknown. None if there are objects.
/// Needs `StorageClasses` and `CSINodes`.
pub fn absent_storage_verdict(cx: &RuleContext<'_>, kind: &Kind) -> Option<Verdict> {
    let state = cx.coverage().of_kind(kind);
    match state {
        CoverageState::Collected(_) | CoverageState::Empty => None,
        CoverageState::Absent
            if [&STORAGE_CLASS, &CSI_NODE].iter().any(|with| is_collected(cx, with)) =>
        {
            Some(Verdict::NotApplicable(format!("no {} in the archive", kind.name)))
        }
        state => Some(Verdict::Unknown(Gap::kind(kind, &state))),
    }
}

fn is_collected(cx: &RuleContext<'_>, kind: &Kind) -> bool {
    !cx.coverage().is_truncated()
        && matches!(cx.coverage().of_kind(kind), CoverageState::Collected(_))
}
