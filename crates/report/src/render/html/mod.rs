//! The report for a browser: one page that contains everything, loads nothing and is complete without
//! script.
//!
//! Templates escape their values. The Content-Security-Policy of the page names its one style and its
//! one script by their hashes, so that nothing else can run.

mod anchor;
mod axis;
mod budget;
mod diagram;
mod finding;
mod lanes;
mod lines;
mod operators;
mod page;
mod part;
mod policy;
mod timeline;
mod tree;

pub use page::write;
