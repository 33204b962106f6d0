//! Kinds that a must-gather writes object by object, so that none leaves no file.
//!
//! Source: openshift/must-gather `collection-scripts/gather` asks for the kinds of storage in one
//! command; openshift/oc `pkg/cli/admin/inspect` writes each object to a file of its own.

use mustknow_gather::coverage::State;
use mustknow_gather::kinds::{CSI_NODE, STORAGE_CLASS};
use mustknow_gather::resource::Kind;

use crate::case::Case;
use crate::verdict::{Gap, Verdict};

/// What is said of a kind of storage of which no object is there: that there is none, where kinds
/// that are collected with it are there, and else that nobody knows. None where there are some.
/// Needs `StorageClasses` and `CSINodes`.
pub fn none_of_storage(case: &Case<'_>, kind: &Kind) -> Option<Verdict> {
    let state = case.coverage().of_kind(kind);
    match state {
        State::Collected(_) | State::Empty => None,
        State::Absent if [&STORAGE_CLASS, &CSI_NODE].iter().any(|with| is_there(case, with)) => {
            Some(Verdict::NotApplicable(format!("no {} in the archive", kind.name)))
        }
        state => Some(Verdict::Unknown(Gap::kind(kind, &state))),
    }
}

fn is_there(case: &Case<'_>, kind: &Kind) -> bool {
    !case.coverage().is_truncated() && matches!(case.coverage().of_kind(kind), State::Collected(_))
}
