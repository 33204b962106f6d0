//! Kinds that a must-gather writes object by object, so that none leaves no file.
//!
//! Source: openshift/must-gather `collection-scripts/gather` asks for the kinds of storage in one
//! command; openshift/oc `pkg/cli/admin/inspect` writes each object to a file of its own.

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{CSI_NODE, STORAGE_CLASS};

use crate::engine::context::RuleContext;
use crate::engine::verdict::{Gap, Verdict};

/// What is said of a kind of storage of which no object is there: that there is none, where kinds
/// that are collected with it are there, and else that nobody knows. None where there are some.
/// Needs `StorageClasses` and `CSINodes`.
pub fn none_of_storage(cx: &RuleContext<'_>, kind: &Kind) -> Option<Verdict> {
    let state = cx.coverage().of_kind(kind);
    match state {
        CoverageState::Collected(_) | CoverageState::Empty => None,
        CoverageState::Absent
            if [&STORAGE_CLASS, &CSI_NODE].iter().any(|with| is_there(cx, with)) =>
        {
            Some(Verdict::NotApplicable(format!("no {} in the archive", kind.name)))
        }
        state => Some(Verdict::Unknown(Gap::kind(kind, &state))),
    }
}

fn is_there(cx: &RuleContext<'_>, kind: &Kind) -> bool {
    !cx.coverage().is_truncated()
        && matches!(cx.coverage().of_kind(kind), CoverageState::Collected(_))
}
