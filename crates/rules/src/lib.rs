//! What is wrong with a cluster, how that is known, and what explains what.
//!
//! A [`Rule`] declares what it needs and judges one bad state; the [`engine`] runs all of them
//! over a snapshot; [`causality`] says which finding explains which.

pub mod case;
pub mod catalog;
pub mod causality;
pub mod engine;
pub mod evidence;
pub mod facts;
pub mod finding;
mod fold;
pub mod history;
pub mod manual;
pub mod meta;
pub mod rule;
pub mod verdict;
pub mod version;

pub use case::Case;
pub use engine::{Judgement, Outcome, judge};
pub use evidence::{Evidence, Place, Subject};
pub use finding::{Certainty, Common, Effect, Finding, Precondition, Proof, Remedy};
pub use meta::{Meta, Need, Releases, Role, Scope, Severity};
pub use rule::Rule;
pub use verdict::{Gap, GapKind, Verdict};
pub use version::Version;
