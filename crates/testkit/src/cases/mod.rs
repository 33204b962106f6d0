//! The fixtures of the rules: cases in Markdown.
//!
//! Code blocks hold files of an archive; the info string names the language and the path. Blocks
//! before the first heading of level two belong to every case, those below a heading to its case
//! only. A later block of a path replaces an earlier one, and besides whole files there are:
//!
//! - `include NAME...`: the files of shared base clusters, `fixtures/clusters/NAME.md`;
//! - `edit PATH`: what differs from the file that is there so far, see [`Cases`];
//! - `absent PATH`: the file is not in the archive;
//! - `report`: what the rule reports, the last block of a case.

mod bases;
mod blocks;
mod case;
mod difference;
mod edit;
mod fixture;

pub use case::Case;
pub use difference::difference;
pub use fixture::Cases;
