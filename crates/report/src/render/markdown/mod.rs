//! The report for a ticket: short, in the Markdown that GitHub and Jira both read, without HTML.

mod bounded_page;
mod escape;
mod findings;
mod page;

pub use page::write;
