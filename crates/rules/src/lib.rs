//! What is wrong with a cluster, how that is known, and what explains what.
//!
//! A [`Rule`] declares what it needs and judges one bad state; the [`engine`] runs all of them
//! over a snapshot and decides which finding explains which.

pub mod catalog;
pub mod domain;
pub mod engine;
pub mod signals;
pub mod terms;
pub mod topology;

pub use engine::rule::Rule;
pub use engine::run::{Judgement, RuleOutcome, judge};
pub use terms::command::Command;
pub use terms::context::RuleContext;
pub use terms::evidence::{Evidence, Place, Subject};
pub use terms::finding::{Certainty, Effect, Finding, GroupKey, Precondition, Proof, Remedy};
pub use terms::meta::{Meta, Need, Releases, Role, Scope, Severity};
pub use terms::verdict::{Gap, GapKind, Verdict};
pub use terms::version::Version;
